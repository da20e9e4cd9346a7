# Everything is one command; `make` alone lists them. PG=15 takes Debian's PostgreSQL instead of the embedded 18.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
INSTALLED := $(VENV)/.installed
SOURCES := bench gateway kit local services tests

# Without compiled modules every one of the processes would compile all of them at every start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run token test check lint types walls schemas containers bench contracts lock clean

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r name text; do printf '%-16s %s\n' "$$name" "$$text"; done

run: $(INSTALLED) ## start the whole system with its demo districts on http://localhost:8000 (PORT=, PG=)
	@$(PYTHON) -m local.run

token: $(INSTALLED) ## print a fresh token for PERSONA=teacher (the system must be running)
	@$(PYTHON) -m local.tokens $(PERSONA)

test: $(INSTALLED) ## run every test on a real PostgreSQL (PG=15, ARGS='-k roster')
	@$(PYTHON) -m pytest $(ARGS)

check: lint types walls schemas containers ## everything a machine can check without running the system

lint: $(INSTALLED)
	@echo "ruff: lint and format"
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "Not formatted: run $(BIN)/ruff format"; exit 1; }

types: $(INSTALLED)
	@echo "mypy: types"
	@$(BIN)/mypy --no-error-summary $(SOURCES)

walls: $(INSTALLED)
	@echo "import-linter: walls between services, gateway and kit"
	@$(BIN)/lint-imports --no-logo > $(VENV)/walls.txt 2>&1 || { cat $(VENV)/walls.txt; exit 1; }

schemas: $(INSTALLED)
	@echo "alembic: models and migrations agree; squawk: migrations are safe beside running code"
	@$(PYTHON) -m local.schemas

containers: $(INSTALLED) $(wildcard Dockerfile docker-compose.yml)
	@if [ -f Dockerfile ]; then echo "hadolint: Dockerfile"; $(BIN)/hadolint Dockerfile; fi
	@if [ -f docker-compose.yml ]; then echo "compose: schema"; \
	  $(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml; fi

bench: $(INSTALLED) ## measure every speed figure and write bench/results.json
	@$(PYTHON) -m bench

contracts: $(INSTALLED) ## write what the code publishes (SDL, OpenAPI, event schemas) to contracts/
	@$(PYTHON) -m local.contracts

lock: $(INSTALLED) ## choose versions anew and write requirements.lock
	@UV_NATIVE_TLS=1 $(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header \
	  --group dev --output-file requirements.lock pyproject.toml
	@echo "requirements.lock is written; the next command installs it"

clean: ## remove the environment, the local databases and every cache
	@rm -rf $(VENV) .local .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

# uv comes out of the lock file like everything else, by the pip that every Python brings along.
$(INSTALLED): requirements.lock
	@python=$$(command -v python3.11 || command -v python3) || { echo "Python 3.11 is not installed"; exit 1; }; \
	"$$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Trellis needs Python 3.11"; exit 1; }; \
	echo "Installing what requirements.lock names into $(VENV)"; \
	$(PYTHON) -c '' 2>/dev/null || "$$python" -m venv --clear $(VENV)
	@sed -n '/^uv==/,/^    # via/p' requirements.lock | grep -v '# via' > $(VENV)/uv.txt
	@$(BIN)/uv --version > /dev/null 2>&1 || \
	  $(PYTHON) -m pip install -qq --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt
	@UV_NATIVE_TLS=1 VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	@touch $@
