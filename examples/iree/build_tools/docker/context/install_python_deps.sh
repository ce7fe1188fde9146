#!/bin/sh
# Installs the oldest version that a file of requirements allows of each.
set -eu
sed -n 's/>=/ /p' "$1" | while read -r name version; do install_program "$name" "$version"; done
