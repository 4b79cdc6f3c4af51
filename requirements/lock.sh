#!/bin/sh
# Compiles each NAME.in of this folder to NAME.txt, with hashes. A version that is there stays unless its .in
# rules it out; `--upgrade` takes the newest of all. Needs uv on the PATH.
set -eu
cd "$(dirname "$0")"
# Where the system has certificates, trust those, as pip does: a network may have an authority of its own.
[ ! -e /etc/ssl/certs/ca-certificates.crt ] || export UV_SYSTEM_CERTS=true
for name in uv run localdb dev; do
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        "$@" "$name.in" --output-file "$name.txt"
done
