#!/bin/sh
# Resolves dev.in once; the other three locks take their versions from it. UPGRADE=1 takes newer versions.
set -eu
cd "$(dirname "$0")"
resolve() { uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate "$@"; }
resolve ${UPGRADE:+--upgrade} dev.in -o dev.txt
for name in local courier ml_analyze; do
    rm -f "$name.txt"
    resolve "$name.in" -c dev.txt -o "$name.txt"
done
