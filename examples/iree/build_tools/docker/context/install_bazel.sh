#!/bin/sh
# Installs the Bazel that the repository asks for.
set -eu
install_program bazel "$(cat .bazelversion)"
