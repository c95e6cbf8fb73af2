# Zhangban: `make run` sets up and serves, `make test` sets up and tests; nothing else is needed by hand.
# Settings pass through: PORT=8001 ZHANGBAN_HOME=/tmp/zb make run, or make run PORT=8001.

PYTHON ?= python3
PORT ?= 8000
N ?= 300
DB ?= both
ZHANGBAN_HOME ?= var
export PORT ZHANGBAN_HOME

comma := ,
BIN := .venv/bin
# uv's own words for a lock without addresses; the overrides say which two packages are replaced and why.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	--overrides requirements.overrides

.DEFAULT_GOAL := help
.PHONY: help setup run demo test storm fuzz clients bench lint lock notices clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## build .venv from the hashed locks (does nothing when current)
	@$(PYTHON) tools/setup.py

run: setup ## serve in demo mode on PORT (8000), data in ZHANGBAN_HOME (var)
	@ZHANGBAN_DEMO=1 exec $(BIN)/python -m backend.supervisor

demo: setup ## play a whole case against the server on PORT, or one started for it
	@exec $(BIN)/python -m miniprogram_mock.demo

test: setup ## run all tests
	@exec $(BIN)/python -m pytest -n 3

storm: setup ## N cases (300) while everything is killed at random, on DB (both); SEED=… repeats one
	@exec $(BIN)/python -m tests.crash.storm --cases $(N) --db $(DB) $(if $(SEED),--seed $(SEED))

bench: setup ## measure against peers; ONLY=api|photo|face|growth|profile DB=sqlite|postgresql SECONDS=3 SIZES=…
	@exec $(BIN)/python -m benchmarks --only "$(ONLY)" --db "$(or $(DB),both)" --seconds "$(or $(SECONDS),3)" \
		--sizes "$(or $(SIZES),10000$(comma)1000000)"

fuzz: setup ## fuzz for longer: N requests an operation, from another SEED each time
	@FUZZ_EXAMPLES=$(N) FUZZ_WALKS=$(N) FUZZ_SEED=$${SEED:-$$(date +%s)} exec $(BIN)/python -m pytest -n 2 tests/fuzz

clients: setup ## generate the TypeScript and Python clients into build/clients and compile them
	@exec $(BIN)/python tools/clients/make.py

lint: setup ## style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: setup ## choose versions anew and write the locks and the notices; UPGRADE=--upgrade moves all
	$(COMPILE) $(UPGRADE) requirements-build.in -o requirements-build.lock
	$(COMPILE) $(UPGRADE) pyproject.toml -o requirements.lock
	$(COMPILE) $(UPGRADE) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	@$(MAKE) --no-print-directory setup notices

notices: setup ## write THIRD_PARTY_NOTICES.md from the runtime lock
	$(BIN)/python tools/notices.py

clean: ## remove the environment and caches, never the data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
