#!/usr/bin/env bash
# Slow clients: 10,000 connections at each listener that say nothing, drip or take nothing, and what others notice of them.
# Usage: bench/slow.sh [--quick] [--listener gate|proxy|dashboard] [--kind KIND]      results in build/bench/slow.{md,json}
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-packages run
scripts/install-packages bench
swift build -c release --product latchkey --explicit-target-dependency-import-check error
ulimit -n "$(ulimit -Hn)"
exec .venv/bin/python bench/slow.py "$@"
