# Everything a newcomer needs: `make demo` to see it, `make test` to check it.
SHELL := /bin/bash
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint env lock
env: $(VENV)/.dev
$(VENV)/.dev: requirements/dev.lock pyproject.toml
	@uv venv --python 3.11 -q --allow-existing $(VENV)
	@uv pip sync -q --python $(BIN)/python requirements/dev.lock && uv pip install -q --python $(BIN)/python --no-deps -e . && touch $@

# The locks name packages, versions and hashes only: no registry address.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header pyproject.toml -o requirements/run.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header pyproject.toml --group dev -o requirements/dev.lock
