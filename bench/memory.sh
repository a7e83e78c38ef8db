#!/usr/bin/env bash
# Memory idle and with remembered credentials, start and cold decisions with a million users (a quiet machine, 6 minutes).
# Usage: bench/memory.sh [--users N] [--proven N] [--calls N] [--data FOLDER]      results in build/bench/memory.{md,json}
# FOLDER is kept, so that a million users are filled once; bench/pages.sh takes the same one.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-packages run
scripts/install-packages bench
swift build -c release --product latchkey --explicit-target-dependency-import-check error
exec .venv/bin/python bench/memory.py "$@"
