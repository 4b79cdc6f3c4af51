#!/bin/sh
# Makes .venv from the hashed files of this folder. PYTHON names the interpreter; without it a fitting one is sought.
set -eu
cd "$(dirname "$0")/.."
# Where the system has certificates, trust those, as pip does: a network may have an authority of its own.
[ ! -e /etc/ssl/certs/ca-certificates.crt ] || export UV_SYSTEM_CERTS=true

say() {
    echo "$1" >&2
    exit 1
}

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if fits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    say "Front Door needs Python 3.11, 3.12, 3.13 or 3.14, and ${PYTHON:-python3} is none of them. \
Install one (Debian: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3.12 demo"
}

make_venv() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null || say "$1 cannot make virtual environments. \
Install what it lacks (Debian: apt-get install python3-venv) and try again."
    "$1" -m venv --clear .venv
}

# One that is half made, or whose Python has gone, is made anew.
if ! fits .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    make_venv "$python"
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
.venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes \
    requirements/uv.txt requirements/run.txt requirements/localdb.txt requirements/dev.txt
touch .venv/ready
