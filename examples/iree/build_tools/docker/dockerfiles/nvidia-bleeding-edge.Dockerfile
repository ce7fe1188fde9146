FROM localhost:5000/iree/base-bleeding-edge@sha256:0000000000000000000000000000000000000000000000000000000000000000

# A number in a file stands in for CUDA.
ARG CUDA_VERSION=12.2
RUN mkdir -p /usr/local/cuda && echo "${CUDA_VERSION}" >/usr/local/cuda/version
