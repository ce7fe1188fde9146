#!/bin/sh
# Holds what comes of people.csv against what is expected.
set -eu
cd "$(dirname "$0")"
../src/safe-synthesizer run people.csv | diff - synthetic.csv
echo "1 test passed"
