# Each target makes .venv and installs PhotoLens by itself when needed.
#   make run [FOLDER=~/Pictures] [LIBRARY=folder]      the window
#   make run FOLDER=~/Pictures QUERY="a dog on a beach"  one answer in the terminal
#   make prompt [FOLDER=~/Pictures] [LIBRARY=folder]     answers in the terminal
#   make test    make soak [SOAK="--minutes 5"]    make lint    make bench [BENCH="--only scan"]    make screenshots [OUT=folder] [PHOTOS=folder]
#   make package [TORCH="torch==2.13.0"] [PHOTOS=folder]   the .deb and the .tar.xz, tried; see packaging/README.md
#   make man    the manual page and the completion of shells, in build/share as they lie in /usr/share
#   make guide-pictures    the pictures of the user guide, into resources/help
#   make translations    the texts of the window into resources/translations, after a change of one

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FOLDER ?=
QUERY ?=
LIBRARY ?=
OUT ?= build/screenshots
PHOTOS ?=
SOAK ?=
BENCH ?=
TORCH ?= torch
PACKAGES := build/package

.PHONY: run prompt test soak lint bench screenshots guide-pictures translations man package clean

run: $(VENV)/installed
ifdef QUERY
	@$(BIN)/photolens $(if $(LIBRARY),--library "$(LIBRARY)") prompt $(if $(FOLDER),"$(FOLDER)") --query "$(QUERY)"
else
	@$(BIN)/photolens $(if $(LIBRARY),--library "$(LIBRARY)") gui $(if $(FOLDER),"$(FOLDER)")
endif

prompt: $(VENV)/installed
	@$(BIN)/photolens $(if $(LIBRARY),--library "$(LIBRARY)") prompt $(if $(FOLDER),"$(FOLDER)")

# One arena or two: hundreds of libraries, opened by ever new threads, would leave one each behind.
test: $(VENV)/installed
	MALLOC_ARENA_MAX=2 $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

# What takes minutes to hours: a table of reliability, then the tests that `make test` leaves out.
soak: $(VENV)/installed
	$(BIN)/python -m tests.reliability $(SOAK)
	$(BIN)/python -m pytest -m soak

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/installed
	$(BIN)/python -m tests.bench $(BENCH)

screenshots: $(VENV)/installed
	$(BIN)/python -m tests.screenshots "$(OUT)" $(if $(PHOTOS),"$(PHOTOS)")
	$(BIN)/python -m tests.guide_pictures "$(OUT)/guide"

guide-pictures: $(VENV)/installed
	$(BIN)/python -m tests.guide_pictures

package: $(PACKAGES)/venv/installed
	$(PACKAGES)/venv/bin/python packaging/package.py $(PACKAGES) $(if $(PHOTOS),"$(PHOTOS)")

SHARE := build/share
man: $(VENV)/installed
	mkdir -p $(SHARE)/man/man1 $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d
	$(BIN)/python packaging/man_page.py > $(SHARE)/man/man1/photolens.1
	$(BIN)/photolens completion bash > $(SHARE)/bash-completion/completions/photolens
	$(BIN)/photolens completion zsh > $(SHARE)/zsh/site-functions/_photolens
	$(BIN)/photolens completion fish > $(SHARE)/fish/vendor_completions.d/photolens.fish

# The texts of the code into resources/translations/*.ts, and those into the .qm that the program reads.
translations: $(VENV)/installed
	$(BIN)/python -m tests.translations

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(VENV)/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("PhotoLens needs Python 3.11 or later; try: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	@echo "Installing PhotoLens and what it needs; the first time this takes some minutes."
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

# An environment of its own: what is in it goes into the packages.
$(PACKAGES)/venv/installed: pyproject.toml
	rm -rf $(PACKAGES)/venv
	$(PYTHON) -m venv $(PACKAGES)/venv
	$(PACKAGES)/venv/bin/python -m pip install --quiet --upgrade pip
	$(PACKAGES)/venv/bin/python -m pip install --quiet $(TORCH) --editable . --group package
	@touch $@
