# `make run` and `make test` are all that a newcomer needs; `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run install test coverage torture mutants lint types contracts lock bench clean

help:  ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: install  ## start the bot on config/sokbo.toml; its page is http://127.0.0.1:8700
	$(BIN)/sokbo run || test $$? -eq 130  # Ctrl-C is how it is stopped

install: .venv/installed  ## a virtual environment with the locked requirements and the command sokbo

test: .venv/installed-tests  ## every test that this machine can run; says what was skipped and how to enable it
	$(BIN)/python -m tests.run

coverage: .venv/installed-tests  ## branch coverage of all tests but those that want to be alone, and its floor
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-report=term -m "not alone"

torture: .venv/installed-tests  ## the same failures at full length, with what was measured; about an hour and a quarter
	SOKBO_TORTURE=$${SOKBO_TORTURE:-1} $(BIN)/pytest -s tests/torture tests/contracts tests/store tests/test_chores.py tests/test_mutants.py

mutants: .venv/installed-tests  ## break every rule that tests/mutants.toml lists, one after another, and see a test fail
	SOKBO_TORTURE=1 $(BIN)/pytest -n auto tests/test_mutants.py

lint: .venv/installed-tests  ## ruff
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/installed-tests  ## mypy, strict
	$(BIN)/mypy

contracts: .venv/installed-tests  ## who may import whom
	$(BIN)/lint-imports

lock: .venv/installed-tests  ## resolve requirements.lock and tests/requirements.lock anew, for Python 3.11 to 3.14
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --upgrade pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --upgrade --group test -c requirements.lock -o tests/requirements.lock

bench: .venv/installed-tests  ## benchmarks: ratios measured side by side, never part of the tests
	$(BIN)/python -m tests.bench

clean:  ## remove the virtual environment and what the bot remembers
	rm -rf .venv var

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-tests: .venv/installed tests/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r tests/requirements.lock
	@touch $@
