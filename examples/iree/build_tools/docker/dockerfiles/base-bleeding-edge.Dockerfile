# The newest versions that IREE can be built with.
FROM busybox:1.36@sha256:73aaf090f3d85aa34ee199857f03fa3a95c8ede2ffd4cc2cdb5b94e566b11662
COPY build_tools/docker/context/install_program.sh /usr/local/bin/install_program

ARG LLVM_VERSION=16
ARG CMAKE_VERSION=3.25.2
RUN install_program clang "${LLVM_VERSION}" && install_program cmake "${CMAKE_VERSION}"
