# The front ends, tested on machines with a GPU. Reads the driver's files by a mount, so that one layer holds them all.
FROM localhost:5000/manage-images/frontends@sha256:0000000000000000000000000000000000000000000000000000000000000000

LABEL org.opencontainers.image.title="frontends-nvidia" \
      org.opencontainers.image.description="Front ends of the compiler, with Vulkan by NVIDIA's driver"

USER root
RUN --mount=type=bind,from=localhost:5000/manage-images/nvidia@sha256:0000000000000000000000000000000000000000000000000000000000000000,source=/etc,target=/nvidia \
    mkdir -p /etc/vulkan \
    && cp -R /nvidia/vulkan/icd.d /etc/vulkan/ \
    && cp /nvidia/versions.d/nvidia.version /etc/versions.d/

ENV NVIDIA_DRIVER_CAPABILITIES=compute,graphics,utility \
    NVIDIA_VISIBLE_DEVICES=all

USER 65534:65534
