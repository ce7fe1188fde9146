FROM localhost:5000/iree/base@sha256:0000000000000000000000000000000000000000000000000000000000000000 AS build
WORKDIR /build
COPY build_tools/docker/context/build_swiftshader.sh ./
RUN ./build_swiftshader.sh /swiftshader

FROM localhost:5000/iree/base@sha256:0000000000000000000000000000000000000000000000000000000000000000
COPY --from=build /swiftshader /swiftshader

# So that the Vulkan loader finds it.
ENV VK_ICD_FILENAMES=/swiftshader/vk_swiftshader_icd.json
