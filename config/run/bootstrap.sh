#!/bin/sh
# Make .venv and install pinned requirements, only when something changed.
#   config/run/bootstrap.sh run           what `make run` needs: base and embedded
#   config/run/bootstrap.sh development   that, and what tests and checks need
set -eu
cd "$(dirname "$0")/../.."

set_name=${1:-run}
venv=.venv
case $set_name in
run) files="-r requirements/base.txt -r requirements/embedded.txt" ;;
development) files="-r requirements/development.txt" ;;
*) echo "bootstrap.sh: 'run' or 'development', not '$set_name'." >&2 && exit 2 ;;
esac

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# A Python that fits: the one named by PYTHON, or the first of these. The system's own comes first: distributions build theirs
# with optimisations, while one that `pyenv` built with its defaults takes half as long again for the same work.
find_python() {
    for candidate in ${PYTHON:-/usr/bin/python3 python3 python3.13 python3.12 python3.11 python}; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

make_venv() {
    python=$(find_python) || fail \
        "Polystore needs Python 3.11, 3.12 or 3.13, and none was found." \
        "Install one (Debian, Ubuntu: apt install python3; macOS: brew install python@3.13), or name it: PYTHON=/path/to/python make run"
    echo "Making .venv with $("$python" --version)."
    rm -rf "$venv"
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv "$venv"
    else # Debian keeps ensurepip in a package of its own
        "$python" -m venv --without-pip "$venv"
        "$venv/bin/python" config/run/fetch_pip.py
    fi
}

"$venv/bin/python" -c 'import pip' 2>/dev/null || make_venv

wanted="$(cat requirements/base.txt requirements/embedded.txt requirements/development.txt | cksum) $("$venv/bin/python" --version)"
installed() { [ -f "$venv/$1.stamp" ] && [ "$(cat "$venv/$1.stamp")" = "$wanted" ]; }
if installed development || installed "$set_name"; then
    exit 0
fi

echo "Installing the pinned requirements ($set_name). The first time takes a minute or two."
# shellcheck disable=SC2086  # the list of files is meant to be split
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes $files || fail \
    "The requirements could not be installed; pip says why above." \
    "Usual causes: no network, or a package index that is not reachable (PIP_INDEX_URL). Then run the same command again."
printf '%s\n' "$wanted" >"$venv/$set_name.stamp"
