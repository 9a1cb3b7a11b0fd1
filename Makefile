# Florin's chores. `make` alone lists them. Needs make and a Python 3.11 or newer; everything else goes into .venv.

# A port of your choice; empty means FLORIN_PORT, and without it 8000.
PORT ?=
ARGS ?=
# A Python of your choice; empty means the newest one found.
PYTHON ?=
UV ?= uv

BIN := .venv/bin
PYTHON_TREES := $(wildcard florin tests bench)
MIGRATIONS := $(wildcard florin/storage/migrations/*.sql florin/storage/migrations/*/*.sql)
# Wheels only, each with its hash: no code from outside runs while installing, and no byte is unknown.
PIP_INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet
PIP_INSTALL_LOCKED := $(PIP_INSTALL) --no-deps --require-hashes --only-binary :all: --requirement
PIP_INSTALL_FLORIN := $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
COMPILE := $(UV) pip compile pyproject.toml --group build --universal --python-version 3.11 \
	--only-binary :all: --generate-hashes --no-header --no-annotate --quiet

# Who keeps Python from writing bytecode has every process compile all that it imports: seconds for each of hundreds.
unexport PYTHONDONTWRITEBYTECODE

.NOTPARALLEL: # one environment, one installer at a time
.DELETE_ON_ERROR:
.PHONY: help run demo test lint format bench openapi lock clean

help: ## list the chores
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r chore meaning; do \
		printf '%-14s %s\n' "$$chore" "$$meaning"; done

run: .venv/.installed ## serve on http://127.0.0.1:8000 with the demo programme (PORT=... changes the port)
	@exec $(BIN)/florin serve --demo $(if $(PORT),--port $(PORT))

demo: .venv/.installed ## drive the running service as shops and members would (ARGS=... are passed on)
	@exec $(BIN)/florin demo $(if $(PORT),--port $(PORT)) $(ARGS)

test: .venv/.installed-for-test ## run the tests (ARGS=... are passed to pytest)
	@$(BIN)/python -m pytest -n auto $(ARGS)

lint: .venv/.installed-for-test ## check style, types, layers, dependencies and migrations
	$(BIN)/ruff check $(PYTHON_TREES)
	$(BIN)/ruff format --check $(PYTHON_TREES)
	$(BIN)/mypy $(PYTHON_TREES)
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(if $(MIGRATIONS),$(BIN)/squawk $(MIGRATIONS))

format: .venv/.installed-for-test ## rewrite the code in the house's layout
	$(BIN)/ruff check --fix $(PYTHON_TREES)
	$(BIN)/ruff format $(PYTHON_TREES)

bench: .venv/.installed ## measure purchases against pgbench on this machine
	@$(BIN)/florin bench purchase $(ARGS)

openapi: .venv/.installed ## write openapi.yaml and docs/problems.md from the application
	@$(BIN)/florin openapi > .venv/openapi.yaml
	@mv .venv/openapi.yaml openapi.yaml
	@$(BIN)/python -m florin.api.problems.page > .venv/problems.md
	@mv .venv/problems.md docs/problems.md

lock: ## resolve the dependencies anew (needs uv)
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra test --constraint requirements.lock --output-file requirements-test.lock

clean: ## remove the environment and every cache; the database is not touched
	rm -rf .venv build dist florin.egg-info \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .schemathesis
	find florin tests bench -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# pip is what `venv` installs last, so its presence says that the environment is whole.
.venv/bin/pip:
	@for candidate in $(if $(PYTHON),"$(PYTHON)",python3.14 python3.13 python3.12 python3.11 python3); do \
		"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		new_enough=$$candidate; \
		"$$candidate" -c 'import ensurepip, venv' 2>/dev/null || continue; \
		echo "Making .venv with $$("$$candidate" --version) ($$candidate)."; \
		"$$candidate" -m venv --clear .venv && exit 0; \
		rm -rf .venv; exit 1; \
	done; \
	if [ -n "$$new_enough" ]; then \
		echo "$$new_enough cannot make virtual environments: its venv or ensurepip module is missing."; \
		echo "On Debian and Ubuntu: apt-get install python3-venv"; \
	else \
		echo "Florin needs Python 3.11 or newer. Found: $$($(if $(PYTHON),"$(PYTHON)",python3) --version 2>&1 || true)."; \
		echo "Install one, or name it: make PYTHON=/path/to/python3.11"; \
	fi >&2; exit 1

.venv/.installed: requirements.lock pyproject.toml | .venv/bin/pip
	@echo "Installing $$(grep -c '==' requirements.lock) packages, once."
	@$(PIP_INSTALL_LOCKED) requirements.lock
	@$(PIP_INSTALL_FLORIN)
	@touch $@

# The test lock holds the runtime lock (a test says so), so that this one installation serves both.
.venv/.installed-for-test: requirements-test.lock requirements.lock pyproject.toml | .venv/bin/pip
	@echo "Installing $$(grep -c '==' requirements-test.lock) packages for the tests, once."
	@$(PIP_INSTALL_LOCKED) requirements-test.lock
	@$(PIP_INSTALL_FLORIN)
	@touch .venv/.installed $@
