# Latchkey. `make` lists what there is.
.DEFAULT_GOAL := help
SWIFT_FLAGS := --explicit-target-dependency-import-check error
DATA ?= $(CURDIR)/data/demo

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

packages: ## install the Debian packages that building and running need
	@scripts/install-packages run

test-packages: ## install what the tests need besides (browser, proxies, Python packages in .venv)
	@scripts/install-packages test

build: packages ## build the release binary
	swift build -c release --product latchkey $(SWIFT_FLAGS)

run: build ## build and start the filled demo (everything embedded)
	.build/release/latchkey demo --data $(DATA)

demo: run ## the same as run

test: packages test-packages ## run every test
	scripts/run-tests

fuzz: ## feed every parser with inputs made from Fuzz/Corpus, a minute each (SECONDS=60); an input that traps is left in Fuzz
	FUZZ_SECONDS=$(or $(SECONDS),60) swift test $(SWIFT_FLAGS) --filter ParserTests

check: ## formatting, imports, texts: what must hold before anything is pushed
	scripts/check

screenshots: build test-packages ## make the pictures of docs/screenshots anew
	JOURNEY_BINARY=$(CURDIR)/.build/release/latchkey .venv/bin/python Tests/Journeys/screenshots.py

pictures: build test-packages ## take every page in its states, both themes, 1280 and 320 px, into build/pictures, for looking at
	JOURNEY_BINARY=$(CURDIR)/.build/release/latchkey .venv/bin/python Tests/Journeys/pictures.py

bench: ## warm decisions and the reverse proxy beside nginx, Apache, HAProxy, Caddy, Traefik, Envoy; storms; slow clients; times of refusals; memory (a quiet machine, an hour)
	bench/peers.sh
	bench/storm.sh
	bench/slow.sh
	bench/timing.sh
	bench/memory.sh

benchmarks: packages ## allocations and instructions of what each request costs, with thresholds
	Benchmarks/run

clean: ## remove what was built
	rm -rf .build build Benchmarks/.build

.PHONY: help packages test-packages build run demo test check screenshots pictures fuzz bench benchmarks clean
