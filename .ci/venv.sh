#!/bin/sh
# Make the virtual environment $1 with a Python of 3.11 or newer ($PYTHON, or the first found).
# Debian and Ubuntu ship the venv module apart from Python: as root it is installed here,
# otherwise the command to do so is printed.
set -eu
venv=$1

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if command -v "$candidate" >/dev/null && new_enough "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or newer was not found. Install it, or name it: make PYTHON=/path/to/python3" >&2
    exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing $package ..."
        apt-get update -qq && apt-get install -y -qq "$package"
    else
        echo "$python has no venv module. Install it, then try again:" >&2
        echo "    sudo apt install $package" >&2
        exit 1
    fi
fi

echo "Making $venv with $("$python" --version)"
"$python" -m venv "$venv"
