# Two commands matter: `make serve` and `make test`. Each sets up what it needs, once, in .venv.
# Needed: Python 3.11 or newer, and Node 20 or newer for the files of /docs (without it the API still works).

HOST ?= 127.0.0.1
PORT ?= 8000

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
CLIENTS := .venv-clients
ASKS := tests/e2e/clients
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
MARKDOWN := *.md docs .github clients
# A file of tests stays with one process, and so do all tests with servers and browsers (tests/conftest.py: mark).
# They are handed out in the order of the collection, in which the longest come first.
PYTEST = $(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadgroup --no-loadscope-reorder
WHEEL := .venv-wheel
CLIENT := clients/python
CLIENT_WHEEL := .venv-client
ASSETS := src/llmanac/http/api/static/vendor/package-lock.sha256

# In CI nothing is left out: the build fails where it would otherwise go on without what the pages and /docs load.
ifneq ($(filter true 1,$(CI)),)
export BUILD_ASSETS = required
endif

.DEFAULT_GOAL := help
.PHONY: help serve test test-fast test-unit test-contracts test-feeds test-e2e test-wheel coverage bench check format \
	check-tag clients client-schemas setup lock upgrade wheel clean
.DELETE_ON_ERROR:

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

serve: $(VENV)/project.stamp ## serve the catalog: HOST=127.0.0.1 PORT=8000
	@exec $(BIN)/llmanac serve --host $(HOST) --port $(PORT)

test: check clients ## every check, then every test
	$(PYTEST)

test-fast: setup ## the tests that take less than a second each, with fewer examples and no PostgreSQL: two minutes on two cores
	$(PYTEST) -m "(unit or contracts) and not (slow or postgres)" --hypothesis-profile=fast tests/unit tests/contracts $(CLIENT)/tests

test-unit: setup ## a module at a time
	$(PYTEST) tests/unit $(CLIENT)/tests

test-contracts: setup ## the suites of every store, on SQLite and PostgreSQL
	$(PYTEST) tests/contracts

test-feeds: setup ## real and hostile feeds
	$(PYTEST) tests/feeds

test-e2e: setup clients ## real servers, Chromium, and the clients of dialects
	$(PYTEST) tests/e2e

test-wheel: wheel $(WHEEL)/runtime.stamp $(CLIENT_WHEEL)/client.stamp ## build it and the client, install each alone, and run them as users do
	$(WHEEL)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall dist/llmanac-*.whl
	$(CLIENT_WHEEL)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall \
		dist/llmanac_client-*.whl
	PYTHON_UNDER_TEST=$(CURDIR)/$(WHEEL)/bin/python CLIENT_UNDER_TEST=$(CURDIR)/$(CLIENT_WHEEL)/bin/python $(PYTEST) \
		tests/e2e/test_command.py tests/e2e/test_contract.py tests/e2e/test_client_alone.py

coverage: COVERED ?= tests/unit tests/contracts $(CLIENT)/tests
coverage: setup ## what the tests of modules and stores reach of the code, and whether that is enough
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(COVERED)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage html --quiet
	$(BIN)/coverage report --skip-covered

bench: $(VENV)/project.stamp $(BENCH)/peers.stamp ## measure it beside its limits and peers; QUICK=1 takes six minutes
	$(BIN)/python -m bench $(if $(QUICK),--quick)

check: setup ## lint, format, types, import arrows, dependencies, Markdown
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry src
	cd $(CLIENT) && $(CURDIR)/$(BIN)/deptry src
	$(BIN)/python -m mdformat --check $(MARKDOWN)

format: setup ## what the checks can mend by themselves
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m mdformat $(MARKDOWN)

check-tag: export TAG ?=
check-tag: setup ## a tag names the version, and the changelog has its section: TAG=v0.2.0
	@version=$$($(BIN)/python -c 'import llmanac; print(llmanac.__version__)'); \
	test "$$TAG" = "v$$version" || { echo "The tag is $$TAG, the version is $$version; a tag is a v and the version."; exit 1; }; \
	grep --quiet "^## \[$$version\] - 20" CHANGELOG.md || { echo "CHANGELOG.md has no section for $$version."; exit 1; }

clients: $(CLIENTS)/clients.stamp ## the programs that read dialects, for their tests: a minute, 1.5 GB

client-schemas: setup ## write the client's schemas anew from the OpenAPI document
	$(BIN)/python $(CLIENT)/write_schemas.py

setup: $(VENV)/dev.stamp $(VENV)/project.stamp ## all that the checks and tests need, in .venv

lock: setup ## write locks/ anew from pyproject.toml; what is locked stays where it can
	$(BIN)/python locks/lock.py

upgrade: setup ## like lock, with the newest releases that are at least a week old
	$(BIN)/python locks/lock.py --upgrade

wheel: export BUILD_ASSETS = required
wheel: setup ## sdist and wheel of the server and of its client, in dist/
	rm -rf dist
	$(BIN)/python -m build --no-isolation
	$(BIN)/python -m build --no-isolation --outdir dist $(CLIENT)

clean: ## remove all that make and the build have written
	rm -rf $(VENV) $(BENCH) $(CLIENTS) $(WHEEL) $(CLIENT_WHEEL) dist htmlcov .coverage* web/node_modules src/llmanac/http/api/static/vendor src/llmanac/pages/static/vendor src/llmanac/dialects/logos/vendor
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests clients -name __pycache__ -type d -prune -exec rm -rf {} +

# ── Set-up: each stamp is as new as what it was made from ────────────────────────────────────────

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found; name it: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/runtime.stamp: locks/runtime.txt locks/build.txt | $(BIN)/python
	@echo "Installing what llmanac runs on"
	@$(PIP_INSTALL) --require-hashes --only-binary :all: -r locks/runtime.txt -r locks/build.txt
	@touch $@

$(VENV)/dev.stamp: locks/dev.txt $(VENV)/runtime.stamp
	@echo "Installing what the checks and tests need"
	@$(PIP_INSTALL) --require-hashes --only-binary :all: -r locks/dev.txt
	@touch $@

# The wheel is tried beside what it runs on, and nothing else.
$(WHEEL)/runtime.stamp: locks/runtime.txt
	@$(PYTHON) -m venv $(WHEEL)
	@$(WHEEL)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
		-r locks/runtime.txt
	@touch $@

$(CLIENT_WHEEL)/client.stamp: locks/client.txt
	@$(PYTHON) -m venv $(CLIENT_WHEEL)
	@$(CLIENT_WHEEL)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
		-r locks/client.txt
	@touch $@

# What llmanac is measured beside is none of its own dependencies, and lives apart from them.
$(BENCH)/peers.stamp: bench/locks/peers.txt bench/locks/package-lock.json
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found; name it: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Installing what the bench measures beside"
	@$(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
		-r bench/locks/peers.txt
	@cp bench/locks/package.json bench/locks/package-lock.json $(BENCH)
	@cd $(BENCH) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# The clients of dialects are none of llmanac's own dependencies either. Node looks for packages beside a script.
$(CLIENTS)/clients.stamp: $(ASKS)/locks/clients.txt $(ASKS)/locks/aider.txt $(ASKS)/locks/package-lock.json $(wildcard $(ASKS)/asks/*.mjs)
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found; name it: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Installing the clients of dialects"
	@$(PYTHON) -m venv $(CLIENTS)
	@$(CLIENTS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
		-r $(ASKS)/locks/clients.txt
	@$(CLIENTS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
		--no-deps --ignore-requires-python -r $(ASKS)/locks/aider.txt
	@cp $(ASKS)/locks/package.json $(ASKS)/locks/package-lock.json $(ASKS)/asks/*.mjs $(CLIENTS)
	@if command -v npm >/dev/null; then \
		cd $(CLIENTS) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch clients.stamp; else \
		echo "Without npm the clients of dialects are not tested; all else is. Install Node 20 or newer and run this again."; fi

# Without the assets there is no stamp: the next run tries again.
$(VENV)/project.stamp: pyproject.toml $(CLIENT)/pyproject.toml hatch_build.py web/package-lock.json src/llmanac/dialects/logos/marks.json $(VENV)/runtime.stamp
	@echo "Installing llmanac"
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@if test -f $(ASSETS); then touch $@; else \
		echo "Without npm /docs has no viewer and the pages no scripts; all else works. Install Node 20 or newer and run this again."; fi
