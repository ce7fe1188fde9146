FROM localhost:5000/iree/frontends@sha256:0000000000000000000000000000000000000000000000000000000000000000
COPY --from=localhost:5000/iree/swiftshader@sha256:0000000000000000000000000000000000000000000000000000000000000000 \
  /swiftshader /swiftshader

# So that the Vulkan loader finds it.
ENV VK_ICD_FILENAMES=/swiftshader/vk_swiftshader_icd.json
