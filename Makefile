# Everything runs in .venv, which is made on first use. Needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DAGSTER_HOME := $(CURDIR)/dagster_home
# polars' allocator gives memory back after five seconds instead of half a one: a sixth less CPU (docs/production.md).
export _RJEM_MALLOC_CONF ?= dirty_decay_ms:5000,muzzy_decay_ms:5000

.PHONY: run demo-databases dev test test-services bench screenshots clean help

help:
	@echo "make run    sync the sample data into a local HubSpot emulator and say what happened"
	@echo "make demo-databases  the same from a real PostgreSQL and an SQLite file, which it starts and fills"
	@echo "make dev    open the emulator and the Dagster UI"
	@echo "make test   lint, type check and test, all that pip alone can install"
	@echo "make test-services  test what takes long (kills, storms, histories, a minute of fuzz) or needs what apt or npm installs (MariaDB, azurite, Chromium; skipped where there is none)"
	@echo "make bench  measure, printed as tables"
	@echo "make screenshots  the README's pictures anew, with Debian's chromium"
	@echo "make clean  forget the synced state, the emulator's contacts and Dagster's history"

$(VENV)/.run: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ...")'
	@echo "Setting up .venv (once, about a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.demo: $(VENV)/.run
	@echo "Adding a PostgreSQL to .venv (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[demo]'
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "Adding what the tests need to .venv (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@

run: $(VENV)/.run
	@$(BIN)/python -m hubsync_assets.launch.demo

demo-databases: $(VENV)/.demo
	@$(BIN)/python -m hubsync_assets.launch.demo_databases

dev: $(VENV)/.run
	@$(BIN)/python -m hubsync_assets.launch.dev

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses=3 --dist=loadfile --no-loadscope-reorder -m "not services"

test-services: $(VENV)/.test
	$(BIN)/python -m pytest --numprocesses=3 --dist=loadfile --no-loadscope-reorder -m services

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks

screenshots: $(VENV)/.test
	$(BIN)/python scripts/screenshots.py

clean:
	rm -rf storage
	find dagster_home -mindepth 1 ! -name dagster.yaml -delete
