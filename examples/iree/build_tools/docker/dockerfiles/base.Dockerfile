# The oldest versions that IREE can be built with. A small base stands in for Ubuntu.
FROM busybox:1.36@sha256:73aaf090f3d85aa34ee199857f03fa3a95c8ede2ffd4cc2cdb5b94e566b11662
COPY build_tools/docker/context/install_program.sh /usr/local/bin/install_program

ARG LLVM_VERSION=9
ARG CMAKE_VERSION=3.21.6
RUN install_program clang "${LLVM_VERSION}" && install_program cmake "${CMAKE_VERSION}"

WORKDIR /install-bazel
COPY build_tools/docker/context/install_bazel.sh .bazelversion ./
RUN ./install_bazel.sh

WORKDIR /install-python
COPY runtime/bindings/python/build_requirements.txt build_tools/docker/context/install_python_deps.sh ./
RUN ./install_python_deps.sh build_requirements.txt

WORKDIR /
