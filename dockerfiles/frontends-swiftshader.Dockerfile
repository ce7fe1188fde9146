# The front ends, tested on machines without a GPU: takes the driver out of another image of this repository.
FROM localhost:5000/manage-images/frontends@sha256:0000000000000000000000000000000000000000000000000000000000000000

LABEL org.opencontainers.image.title="frontends-swiftshader" \
      org.opencontainers.image.description="Front ends of the compiler, with Vulkan on the CPU"

COPY --from=localhost:5000/manage-images/swiftshader@sha256:0000000000000000000000000000000000000000000000000000000000000000 \
  /opt/swiftshader /opt/swiftshader
COPY --from=localhost:5000/manage-images/swiftshader@sha256:0000000000000000000000000000000000000000000000000000000000000000 \
  /etc/versions.d/swiftshader.version /etc/versions.d/

ENV VK_ICD_FILENAMES=/opt/swiftshader/vk_swiftshader_icd.json
