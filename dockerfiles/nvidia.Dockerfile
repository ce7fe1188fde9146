# Runs what needs a GPU of NVIDIA's, by the driver of the machine that the container runs on.
FROM localhost:5000/manage-images/base@sha256:0000000000000000000000000000000000000000000000000000000000000000

LABEL org.opencontainers.image.title="nvidia" \
      org.opencontainers.image.description="Vulkan by NVIDIA's driver"

ENV NVIDIA_DRIVER_CAPABILITIES=compute,graphics,utility \
    NVIDIA_VISIBLE_DEVICES=all

COPY dockerfiles/context/nvidia/nvidia_icd.json /etc/vulkan/icd.d/
COPY dockerfiles/context/nvidia/nvidia.version /etc/versions.d/
