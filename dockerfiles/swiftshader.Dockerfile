# Vulkan on the CPU, for machines without a GPU. What it takes to make the files stays behind in the stage `build`.
FROM localhost:5000/manage-images/base@sha256:0000000000000000000000000000000000000000000000000000000000000000 AS build

USER root
WORKDIR /build
COPY dockerfiles/context/swiftshader/vk_swiftshader_icd.json.in .
ARG SWIFTSHADER_API_VERSION=1.3.0
RUN sed "s/@API_VERSION@/${SWIFTSHADER_API_VERSION}/" vk_swiftshader_icd.json.in >vk_swiftshader_icd.json

FROM localhost:5000/manage-images/base@sha256:0000000000000000000000000000000000000000000000000000000000000000

LABEL org.opencontainers.image.title="swiftshader" \
      org.opencontainers.image.description="Vulkan on the CPU"

COPY --from=build /build/vk_swiftshader_icd.json /opt/swiftshader/
COPY dockerfiles/context/swiftshader/swiftshader.version /etc/versions.d/

ENV VK_ICD_FILENAMES=/opt/swiftshader/vk_swiftshader_icd.json
