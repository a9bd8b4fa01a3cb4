# Everything a newcomer needs: `make demo` to see it, `make test` to check it. Python 3.11 or newer is all it asks for.
#   make demo [PORT=8000] [CLIPS=folder]     make test     make lint     make bench NAME=feed [SCALE=small]
SHELL := /bin/bash
PORT ?= 8000
SCALE ?= full
VENV := .venv
BIN := $(VENV)/bin
SETUP := requirements/setup

.PHONY: help demo test audit lint format types env bench i18n lock clean browser scale
.DEFAULT_GOAL := help
help:
	@sed -n '1,2s/^# *//p' Makefile

# -- environments: a stamp for each, made again when its lock changes -----------------------------------------------
$(VENV)/.run: requirements/run.lock requirements/uv.lock pyproject.toml
	@$(SETUP)/environment $(VENV) run && touch $@
$(VENV)/.dev: requirements/dev.lock requirements/uv.lock pyproject.toml
	@$(SETUP)/environment $(VENV) dev && touch $@ $(VENV)/.run
$(VENV)-peers/.peers: requirements/peers.lock requirements/uv.lock pyproject.toml
	@$(SETUP)/environment $(VENV)-peers peers && touch $@
$(VENV)-scale/.scale: requirements/scale.lock requirements/uv.lock pyproject.toml
	@$(SETUP)/environment $(VENV)-scale scale && touch $@
env: $(VENV)/.dev

# -- see it ---------------------------------------------------------------------------------------------------------
demo: $(VENV)/.run
	@exec $(BIN)/python -m parvis demo --port $(PORT) $(if $(CLIPS),--clips "$(CLIPS)")

# -- check it -------------------------------------------------------------------------------------------------------
lint: env
	@mkdir -p build
	@$(BIN)/ruff format --check --quiet . || { echo "ruff format would change files: run 'make format'"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-logo --no-cache >build/imports.txt || { cat build/imports.txt; exit 1; }
	@$(BIN)/complexipy parvis --failed --plain
	@$(BIN)/mypy
format: env
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .

# Finds a Chromium, or installs one; the path is kept in the stamp.
browser: env
	@$(SETUP)/chromium $(BIN)/python $(VENV)/.chromium

test: env browser lint audit
	@$(SETUP)/tests $(BIN)/python $(VENV)/.chromium

# Training on a cluster, of two nodes on this machine: with the extra parvis[scale], in an environment of its own.
scale: $(VENV)-scale/.scale
	@$(VENV)-scale/bin/python -m pytest -q parvis/recommender/tests/test_cluster.py

# The recommender's benchmarks run where its peers are installed too.
BENCH_ENV := $(if $(filter recommender_%,$(NAME)),$(VENV)-peers,$(VENV))
bench: $(if $(filter recommender_%,$(NAME)),$(VENV)-peers/.peers,env)
	@test -n "$(NAME)" || { echo "make bench NAME=..., one of: $(patsubst benchmarks/%.py,%,$(filter-out %/__init__.py %/report.py %/nextitems.py %/peers.py $(wildcard benchmarks/kuairand_*.py) %/load.py %/square.py %/bare.py %/empty.py %/empty_urls.py,$(wildcard benchmarks/*.py)))"; exit 2; }
	@SCALE=$(SCALE) $(BENCH_ENV)/bin/python -m benchmarks.$(NAME)

# Known holes in what is pinned, as the registries of Python and npm tell; where they tell nothing, that is said and passed over.
audit: env
	@PYTHONPATH=. $(BIN)/python $(SETUP)/audit.py

# -- keep it --------------------------------------------------------------------------------------------------------
i18n: env
	@$(BIN)/python -m parvis.project.messages extract compile

# The locks name packages, versions and hashes only: no registry address.
LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-annotate --no-header
lock:
	@$(LOCK) pyproject.toml -o requirements/run.lock
	@$(LOCK) pyproject.toml --group dev -o requirements/dev.lock
	@$(LOCK) pyproject.toml --group dev --group peers -o requirements/peers.lock
	@$(LOCK) pyproject.toml --group dev --extra scale -o requirements/scale.lock
	@echo "uv" | $(LOCK) - -o requirements/uv.lock

clean:
	@rm -rf $(VENV) $(VENV)-peers $(VENV)-scale build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .complexipy_cache
