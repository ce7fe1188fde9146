#!/bin/sh
# Runs the samples, in their image unless it is run there already.
set -eu
if [ ! -d /samples ]; then
  exec docker run --rm "localhost:5000/iree/samples@sha256:0000000000000000000000000000000000000000000000000000000000000000"
fi
cat /samples/*/README.txt
