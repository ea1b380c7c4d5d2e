# Everything a person starts. Each target does its own set-up: a virtual environment from the hash-pinned locks.
PYTHON ?= python3
DEMO ?= demo
VENV := .venv
RUN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo ui test lint types clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

$(READY): requirements-bootstrap.lock requirements.lock pyproject.toml
	@echo "setting up $(VENV) (about a minute the first time)"
	@$(PYTHON) -m venv $(VENV)
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	@$(RUN)/uv pip install --quiet --python $(RUN)/python --require-hashes -r requirements.lock
	@$(RUN)/uv pip install --quiet --python $(RUN)/python --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: $(READY) ## a demo network of twelve clinics: exports, pipeline, reports
	@$(RUN)/python -m pipelines.demo $(DEMO)
	@$(RUN)/clinic-outcomes run --network $(DEMO)/network.yaml --inbox $(DEMO)/inbox --data $(DEMO)/data --demo-key

ui: demo ## the Dagster UI on http://localhost:3000 with the demo's runs in it
	@$(RUN)/clinic-outcomes ui --network $(DEMO)/network.yaml --inbox $(DEMO)/inbox --data $(DEMO)/data --demo-key

test: lint types ## lint, types, and every test
	@$(RUN)/python -m pytest

lint: $(READY) ## ruff and sqlfluff
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .

types: $(READY) ## mypy
	@$(RUN)/mypy

clean: ## remove what make made, the demo's data too
	rm -rf $(VENV) $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis
