#!/usr/bin/env bash
# The warm forward-auth decision beside a bare route of the same server: server on one core, load on the other, in turn, medians.
# Usage: bench/gate.sh [ROUNDS [SECONDS]]      needs wrk and python3
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5} seconds=${2:-5}
command -v wrk >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends wrk >/dev/null; }
data=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$data"' EXIT

begin=$(date +%s%N)
taskset -c 0 .build/release/latchkey demo --json --data "$data/demo" --dashboard-port 0 --proxy-port 0 --gate-port 0 >"$data/facts" 2>"$data/log" &
server=$!
for _ in $(seq 500); do [ -s "$data/facts" ] && break; kill -0 "$server"; sleep 0.02; done
[ -s "$data/facts" ] || { echo "the server did not start" >&2; exit 1; }
printf 'first start to printed facts: %d ms\n' $((($(date +%s%N) - begin) / 1000000))
fact() { python3 -c 'import json,sys; f=json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$data/facts" "$1"; }
gate=$(fact 'f["gate_url"]')
token=$(fact '__import__("base64").b64encode((f["api_user"]["username"]+":"+f["api_user"]["password"]).encode()).decode()')
path=$(fact 'f["allowed"]["path"]') method=$(fact 'f["allowed"]["method"]')
printf 'idle resident memory: %d MiB\n' $(($(awk '/VmRSS/{print $2}' "/proc/$server/status") / 1024))

load() { taskset -c 1 wrk -t1 -c64 -d"${seconds}s" "$@" | awk '/Requests\/sec/{print $2} /Non-2xx/{print "refused" > "/dev/stderr"; exit 1}'; }
decision() { load -H "Authorization: Basic $token" -H "X-Original-Method: $method" -H "X-Original-URI: $path" -H "X-Real-IP: 203.0.113.7" "$gate/gate/nginx"; }
bare() { load "$gate/healthz"; }
decision >/dev/null; bare >/dev/null
for _ in $(seq "$rounds"); do printf '%s %s\n' "$(decision)" "$(bare)"; done >"$data/rows"
python3 - "$data/rows" <<'PY'
import statistics, sys
rows = [tuple(map(float, line.split())) for line in open(sys.argv[1])]
decision, bare = zip(*rows)
ratios = [a / b for a, b in rows]
print(f"| what | requests/s, median | min to max |\n| --- | --- | --- |")
for name, values in (("warm forward-auth decision", decision), ("bare route (/healthz)", bare)):
    print(f"| {name} | {statistics.median(values):,.0f} | {min(values):,.0f} to {max(values):,.0f} |")
print(f"ratio decision / bare, median of {len(rows)} pairs: {statistics.median(ratios):.2f}")
PY
