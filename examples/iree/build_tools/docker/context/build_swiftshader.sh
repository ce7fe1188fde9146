#!/bin/sh
# Builds SwiftShader, a Vulkan driver that needs no GPU, into a directory; here only what describes it to the loader.
set -eu
mkdir -p "$1"
clang >"$1/built-by"
echo '{ "ICD": { "library_path": "./libvk_swiftshader.so", "api_version": "1.3.0" } }' >"$1/vk_swiftshader_icd.json"
