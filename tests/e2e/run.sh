#!/bin/sh
# Run the browser tests: find a Chromium, or install one, or say loudly that they are skipped.
# CHROMIUM names the browser, PYTHON the interpreter; E2E=required turns skipping into failing.
set -eu

find_chromium() {
    for name in ${CHROMIUM:-chromium chromium-browser google-chrome google-chrome-stable}; do
        # Ubuntu's chromium-browser may be a stub that only asks for snap: it must answer.
        path=$(command -v "$name") && "$path" --version >/dev/null 2>&1 && echo "$path" && return
    done
    return 1
}

if ! browser=$(find_chromium); then
    if [ -z "${CHROMIUM:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "No Chromium found: installing the package chromium ..."
        apt-get update -qq && apt-get install -y -qq chromium || true
    fi
    browser=$(find_chromium) || browser=
fi

if [ -z "$browser" ]; then
    echo "======================================================================"
    echo "  BROWSER TESTS SKIPPED: no Chromium was found."
    echo "  Install one (sudo apt install chromium) or name it:"
    echo "      make test CHROMIUM=/path/to/chrome"
    echo "======================================================================"
    [ "${E2E:-optional}" != required ] || exit 1
    exit 0
fi

CHROMIUM=$browser exec "$PYTHON" -m pytest -q -n "${E2E_WORKERS:-2}" --timeout=180 tests/e2e
