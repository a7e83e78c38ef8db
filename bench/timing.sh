#!/usr/bin/env bash
# Why a password was refused, told from the time of the answer: at the gate, the sign-in page and the page for forgotten passwords.
# Usage: bench/timing.sh [--samples 200] [--door gate|sign-in|locked|reset]      results in build/bench/timing.{md,json}
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-packages run
scripts/install-packages bench
swift build -c release --product latchkey --explicit-target-dependency-import-check error
exec .venv/bin/python bench/timing.py "$@"
