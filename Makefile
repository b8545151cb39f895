# `make help` lists the targets. Nothing but Python 3.11, venv and make is needed.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The environment is built from a hash-locked list: `run` for using, `dev` for testing as well.
BOOTSTRAP_PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSIGNIA_DATA ?= var
export INSIGNIA_DATA
# One worker a core, at most four; a file's tests stay together, since they share databases.
PYTEST_ARGS ?= --numprocesses auto --maxprocesses 4 --dist loadfile
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

$(BIN)/python:
	$(BOOTSTRAP_PYTHON) -m venv .venv

.venv/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.run
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

.PHONY: demo
demo: .venv/.run ## the main job as a story: define, award, sign, publish, verify, revoke
	@$(BIN)/insignia demo

.PHONY: serve
serve: .venv/.run ## the web service at http://localhost:8000, with a link to sign in
	@$(BIN)/insignia serve

.PHONY: test
test: .venv/.dev ## set up what is needed and run the tests
	@tests/prepare
	$(BIN)/pytest $(PYTEST_ARGS)

.PHONY: quick
quick: .venv/.dev ## the everyday tests: without browser, Node, database servers and long tables
	$(BIN)/pytest $(PYTEST_ARGS) -m "not loopback and not thorough"

.PHONY: endurance
endurance: .venv/.dev ## faults in full: 200 kills a database, 4,000 awards by eight workers, batches of 1,000
	INSIGNIA_TESTS_FULL=1 $(BIN)/pytest --durations=20 tests/reliability

.PHONY: check
check: lint test ## lint, types, import contracts and tests

.PHONY: lint
lint: .venv/.dev ## ruff, mypy and import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --verbose

.PHONY: messages
messages: .venv/.dev ## take the words out of the pages, and tell what is not translated
	$(BIN)/python -m service.translations.update

.PHONY: look
look: .venv/.dev ## pictures of every page into var/look/: phone and desk, three languages
	@tests/prepare
	$(BIN)/python -m tests.look

.PHONY: lock
lock: export CUSTOM_COMPILE_COMMAND := make lock
lock: .venv/.dev ## write the two hash-locked lists anew
	$(BIN)/pip-compile $(LOCK_FLAGS) --extra dev --extra build --output-file requirements/dev.txt pyproject.toml
	$(BIN)/pip-compile $(LOCK_FLAGS) --extra build --constraint requirements/dev.txt --output-file requirements/run.txt pyproject.toml
LOCK_FLAGS := --quiet --generate-hashes --strip-extras --allow-unsafe \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: clean
clean: ## remove what make made, but never the data folder
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build dist tests/interop/node_modules
