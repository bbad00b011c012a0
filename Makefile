# Each target makes .venv and installs PhotoLens by itself when needed.
#   make run FOLDER=~/Pictures [QUERY="a dog on a beach"] [LIBRARY=folder]
#   make test    make lint    make bench

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FOLDER ?=
QUERY ?=
LIBRARY ?=

.PHONY: run test lint bench clean

run: $(VENV)/installed
	@$(BIN)/photolens $(if $(LIBRARY),--library "$(LIBRARY)") prompt $(if $(FOLDER),"$(FOLDER)") $(if $(QUERY),--query "$(QUERY)")

test: $(VENV)/installed
	$(BIN)/python -m pytest

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/installed
	$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(VENV)/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("PhotoLens needs Python 3.11 or later; try: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	@echo "Installing PhotoLens and what it needs; the first time this takes some minutes."
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@
