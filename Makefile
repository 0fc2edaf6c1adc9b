# Everything here sets itself up: a machine with Python 3.11+ (with venv) and make is enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNS := $(VENV)/.runs
DEVELOPS := $(VENV)/.develops
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test check pytest bench fuzz screenshots format clean

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "poe-tui needs Python 3.11 or newer, and '$(PYTHON)' is none."; \
	  echo "Name another one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python has no venv. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(RUNS): pyproject.toml | $(VENV)/bin/python
	@echo "Setting up $(VENV); this takes a moment the first time."
	@$(INSTALL) -e .
	@touch $(RUNS)

$(DEVELOPS): pyproject.toml | $(VENV)/bin/python
	@echo "Setting up $(VENV) with the tools; this takes a moment the first time."
	@$(INSTALL) -e '.[dev]'
	@touch $(RUNS) $(DEVELOPS)

demo: $(RUNS)  ## open the app on the demo service: no key, no network
	@$(BIN)/poe-tui --demo

check: $(DEVELOPS)  ## static checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: check pytest  ## everything CI runs

# The tests start the app some fifty times, and would have it compiled each time.
pytest: export PYTHONDONTWRITEBYTECODE =
pytest: $(DEVELOPS)
	$(BIN)/python -m pytest -n 2

bench: $(DEVELOPS)  ## measure the numbers in docs/performance.md (idle machine)
	$(BIN)/python -m tests.benchmarks

fuzz: $(DEVELOPS)  ## 60 seconds of hypothesis over render, live and layout
	$(BIN)/python -m pytest -n 2 tests/fuzz --fuzz-seconds 60

screenshots: $(DEVELOPS)  ## export the screenshots of the README
	$(BIN)/python -m tests.screenshots

format: $(DEVELOPS)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .cache .hypothesis build dist snapshot_report.html
