# The Diffusion Design Explorer. `make help` lists the commands.
#
# Variables:
#   PORT         where `make app` serves (8501)
#   PYTHON       interpreter of the environment, 3.11 or newer (the first one found)
#   TORCH_INDEX  package index for torch. PyPI's Linux wheels carry CUDA (gigabytes); without an
#                NVIDIA GPU use  make app TORCH_INDEX=https://download.pytorch.org/whl/cpu
#   CHROMIUM     browser for the browser tests (found on the PATH)
#   E2E          `required` makes `make test` fail where it would skip the browser tests
#   WORKERS      parallel test processes (2)

PORT ?= 8501
PYTHON ?=
TORCH_INDEX ?=
CHROMIUM ?=
E2E ?= optional
WORKERS ?= 2

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install
PYTEST := $(BIN)/python -m pytest
TORCH := $(shell sed -n 's/^\(torch==[^ ]*\).*/\1/p' requirements.txt)

# Small matrices: threads only get in each other's way, and in the way of the parallel tests.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help app test test-unit test-e2e test-slow check types floors format bench shots readme clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

app: $(VENV)/run.stamp  ## serve the app on http://127.0.0.1:8501 (PORT=...)
	@echo "The Diffusion Design Explorer is at http://127.0.0.1:$(PORT)  (stop it with Ctrl-C)"
	@exec $(BIN)/python -m streamlit run app.py --server.address=127.0.0.1 \
	    --server.port=$(PORT) --server.headless=true --browser.gatherUsageStats=false

test: check test-unit test-e2e  ## lint, types, floors, unit, property, doctests, pages, browser

check: $(VENV)/dev.stamp  ## lint, format, types and floors, no tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports --no-cache --no-logo

test-unit: $(VENV)/dev.stamp  ## everything but the browser
	$(PYTEST) -q -n $(WORKERS) --ignore=tests/e2e

test-e2e: $(VENV)/dev.stamp  ## the browser tests; finds or installs Chromium
	@CHROMIUM="$(CHROMIUM)" E2E="$(E2E)" PYTHON="$(BIN)/python" sh tests/e2e/run.sh

test-slow: $(VENV)/dev.stamp  ## the long ones: hostile-text fuzz, refinements, load
	$(PYTEST) -q -n $(WORKERS) --timeout=1800 -m "slow and not gpu"

format: $(VENV)/dev.stamp  ## put the code in the house's form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(VENV)/dev.stamp  ## measure: targets beside what this machine does
	$(BIN)/python -m tests.bench

shots: $(VENV)/dev.stamp  ## pictures of every page in build/shots, both themes, wide and narrow
	$(BIN)/python -m tests.e2e.screenshots build/shots

readme: $(VENV)/dev.stamp  ## renew the README's accuracy table and pictures from the code as it is
	$(BIN)/python -m explorer.generators.accuracy > .accuracy.md
	awk '/accuracy: end/ {while ((getline row < ".accuracy.md") > 0) print row; print ""; skip = 0} \
	    !skip {print} /accuracy: begin/ {print ""; skip = 1}' README.md > .readme.md
	mv .readme.md README.md && rm .accuracy.md
	$(BIN)/python -m tests.e2e.screenshots assets/readme --pages generator_studio \
	    --widths 1440 --window 860 --scale 1.5
	$(BIN)/python -m tests.e2e.screenshots assets/readme --pages sampler_arena \
	    --widths 1440 --window 1160 --scale 1

clean:  ## remove caches and pictures; the environment stays (rm -r .venv)
	rm -rf build .pytest_cache .ruff_cache .hypothesis .benchmarks .import_linter_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# --- the environment -------------------------------------------------------------------------

$(VENV)/bin/python:
	@PYTHON="$(PYTHON)" sh .ci/venv.sh $(VENV)

$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the app needs into $(VENV) (torch is large; see TORCH_INDEX) ..."
	$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) $(TORCH)
	$(PIP) --quiet -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	$(PIP) --quiet -r requirements-dev.txt
	@touch $@
