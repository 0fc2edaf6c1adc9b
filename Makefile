# Everything here sets itself up: a machine with Python 3.11+ (with venv) and make is enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check pytest bench fuzz screenshots format clean

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(STAMP)

demo: $(STAMP)  ## open the app on the demo service: no key, no network
	@$(BIN)/poe-tui --demo

check: $(STAMP)  ## static checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: check pytest  ## everything CI runs

pytest: $(STAMP)
	$(BIN)/python -m pytest -n 2

bench: $(STAMP)  ## measure the numbers in docs/performance.md (idle machine)
	$(BIN)/python -m tests.benchmarks

fuzz: $(STAMP)  ## 60 seconds of hypothesis over render, live and layout
	$(BIN)/python -m pytest -n 2 tests/fuzz --fuzz-seconds 60

screenshots: $(STAMP)  ## export the screenshots of the README
	$(BIN)/python -m tests.screenshots

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .cache .hypothesis build dist snapshot_report.html
