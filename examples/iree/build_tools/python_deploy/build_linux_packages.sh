#!/bin/bash
# Builds the wheels in the release image, or in the one that `manylinux_docker_image` names.
set -eu
manylinux_docker_image="${manylinux_docker_image:-localhost:5000/iree/manylinux2014_x86_64-release@sha256:0000000000000000000000000000000000000000000000000000000000000000}"
docker run --rm --volume "$PWD:/iree" --workdir /iree "${manylinux_docker_image}" ninja iree-compiler iree-runtime
