#!/usr/bin/env bash
# Server time of the pages that grow: users, search in them, and the audit log, with 10,000 users and 100,000 events. Prints one line each.
# Usage: bench/pages.sh [ROUNDS] [--users N] [--events N] [--data FOLDER]      FOLDER is kept, so that a million users are filled once
# The binary is the release build unless BENCH_LATCHKEY says otherwise; figures of a debug build only show what grows.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${BENCH_LATCHKEY:-${BINARY:-$PWD/.build/release/latchkey}}
[ -x "$binary" ] || { echo "build first: make build" >&2; exit 1; }
PYTHONPATH=Tests/Journeys JOURNEY_BINARY=$binary exec .venv/bin/python bench/pages.py "$@"
