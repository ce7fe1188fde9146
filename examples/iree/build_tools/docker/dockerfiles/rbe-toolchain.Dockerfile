# What Bazel's remote workers run: WORKSPACE and iree.bazelrc name it.
FROM localhost:5000/iree/base@sha256:0000000000000000000000000000000000000000000000000000000000000000
ENV CC=/usr/local/bin/clang
