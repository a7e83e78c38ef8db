#!/usr/bin/env bash
# Latchkey beside nginx, Apache, HAProxy, Caddy, Traefik and Envoy: warm decisions, through auth_request, as a reverse proxy.
# Usage: bench/peers.sh [--rounds N] [--seconds S] [--only WORD …]      needs nothing; results in build/bench/peers.{md,json}
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-packages run
scripts/install-packages bench
swift build -c release --product latchkey --explicit-target-dependency-import-check error
(cd Benchmarks && swift build -c release --product bare-nio)
exec .venv/bin/python bench/peers.py "$@"
