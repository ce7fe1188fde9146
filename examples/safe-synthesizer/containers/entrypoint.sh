#!/bin/sh
# Says what is missing before it starts, because what comes of it is hard to read.
set -eu
case " $* " in
  *" --help "* | *" --version "*) ;;
  *) [ -n "$(ls -A /workspace)" ] || echo "hint: /workspace is empty: mount your data, -v DIRECTORY:/workspace" >&2 ;;
esac
exec safe-synthesizer "$@"
