#!/usr/bin/env bash
# Storms: first uses of one credential and of many beside warm traffic, and strangers who guess at somebody's password.
# Usage: bench/storm.sh [--quick]      results in build/bench/storm.{md,json}
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-packages run
scripts/install-packages bench
swift build -c release --product latchkey --explicit-target-dependency-import-check error
exec .venv/bin/python bench/storm.py "$@"
