# Everything a person starts. Each target does its own set-up: a virtual environment from the hash-pinned locks.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
DEMO ?= demo
SCALE ?= 0.02
VENV := .venv
RUN := $(VENV)/bin
READY := $(VENV)/.ready
EXPORTS := $(DEMO)/demo_facts.json
NETWORK := --network $(DEMO)/network.yaml --inbox $(DEMO)/inbox --data $(DEMO)/data --demo-key

.PHONY: help setup demo ui test test-spark proof bench lint types clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

# Byte code is compiled once, here: it halves the start of every command. uv does not know pip's settings, where a mirror or a proxy
# may stand; pip itself then installs the same files.
$(READY): requirements-bootstrap.lock requirements.lock pyproject.toml
	@echo "setting up $(VENV) (one to three minutes the first time)"
	@$(PYTHON) -m venv $(VENV)
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	@$(RUN)/uv pip install --quiet --python $(RUN)/python --compile-bytecode --require-hashes -r requirements.lock \
		|| $(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

setup: $(READY) ## the virtual environment, for an installation that needs no demo

# written last: without it, what lies in the inbox was interrupted
$(EXPORTS): | $(READY)
	@rm -rf $(DEMO)/inbox
	@$(RUN)/python -m pipelines.demo $(DEMO)

# once as of the month before, so that the next run can say what has changed since
$(DEMO)/data/published/warehouse.duckdb: | $(EXPORTS)
	@$(RUN)/clinic-outcomes run $(NETWORK) --as-of 2026-10-03

demo: $(READY) $(EXPORTS) $(DEMO)/data/published/warehouse.duckdb ## a demo network of seventeen clinics: exports, pipeline, reports of two months
	@$(RUN)/clinic-outcomes run $(NETWORK)

ui: demo ## the Dagster UI on http://localhost:3000 with the demo's runs in it
	@$(RUN)/clinic-outcomes ui $(NETWORK)

test: lint types ## lint, types, and every test
	@$(RUN)/python -m pytest

test-spark: $(VENV)/.ready-spark ## the same network on both engines (needs Java 17)
	@$(RUN)/python -m pytest --numprocesses=0 tests/spark

$(VENV)/.ready-spark: $(READY) requirements-spark.lock
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-spark.lock
	@touch $@

proof: $(READY) ## what is promised about faults and hostile files, with the figures that were seen (a quarter of an hour and more)
	@$(RUN)/python -m tests.proof

bench: $(READY) ## how fast it is, beside a script and pandas; SCALE=1 is a national year, the default a fiftieth of it
	@$(RUN)/python -m benchmarks --scale $(SCALE)

lint: $(READY) ## ruff
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .

types: $(READY) ## mypy
	@$(RUN)/mypy

clean: ## remove what make made, the demo's data too
	rm -rf $(VENV) $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis
