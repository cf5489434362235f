#!/bin/sh
# Makes .venv out of the machine's own Python and fills it with exactly what a lock file names.
#   embedded/setup.sh requirements/local.txt
# Works without ensurepip (Debian without python3-venv) as long as the system's own pip, or uv, is there.
set -eu
lock=$1
# Hints about pip's own newest version and about who starts it mean nothing here.
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_WARN_SCRIPT_LOCATION=1
say() { echo "setup: $*" >&2; }

find_python() {
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
        command -v "$name" >/dev/null 2>&1 || continue
        if "$name" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    say "Python 3.11 or newer is needed and was not found (looked for python3, python3.11 and newer); name one with PYTHON=/path/to/python3."
    return 1
}

make_environment() {
    python=$(find_python)
    say "making .venv with $("$python" -V) …"
    rm -rf .venv
    if "$python" -c 'import ensurepip' 2>/dev/null && "$python" -m venv .venv >/dev/null 2>&1; then return; fi
    rm -rf .venv
    "$python" -m venv --without-pip .venv
    # Python without ensurepip: another installer fills the environment from outside.
    if "$python" -m pip --python .venv/bin/python --version >/dev/null 2>&1; then
        printf '#!/bin/sh\nexec "%s" -m pip --python "%s/.venv/bin/python" "$@"\n' "$(command -v "$python")" "$PWD" >.venv/bin/pip
    elif command -v uv >/dev/null 2>&1; then
        printf '#!/bin/sh\nexport VIRTUAL_ENV="%s/.venv"\nexec uv pip "$@"\n' "$PWD" >.venv/bin/pip
    else
        rm -rf .venv
        say "this Python can install nothing: it has neither ensurepip nor pip; install its venv package (Debian and Ubuntu: apt-get install python3-venv) and start again."
        return 1
    fi
    chmod +x .venv/bin/pip
}

# An interrupted setup, or a Python that has since been upgraded away, is made again.
if ! .venv/bin/python -c '' 2>/dev/null || ! [ -x .venv/bin/pip ]; then make_environment; fi
say "installing $lock, every file checked against its hash …"
# The lock is complete, so nothing needs resolving; byte code is compiled once for all, on all cores.
if ! .venv/bin/pip install -q --no-deps --no-compile --require-hashes -r "$lock"; then
    say "the packages could not be installed (see above); mend the cause and start again, what is there is kept."
    exit 1
fi
.venv/bin/python -m compileall -q -j 0 -x '/tests/' .venv/lib >/dev/null 2>&1 || true
