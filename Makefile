# Every target prepares what it needs in .venv, on a fresh machine too; a second call is instant.
# Needs Python 3.11 or newer; name another with PYTHON=, as in `make demo PYTHON=python3.12`.

PYTHON ?= python3
WORKERS ?= logical
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
LOCK := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes \
	--strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	--no-emit-options --annotation-style=line $(if $(UPGRADE),--upgrade)

asked = $(BIN)/python -c 'import tomllib; \
	print(*tomllib.load(open("pyproject.toml", "rb"))$(1), sep="\n")'

.DEFAULT_GOAL := help
.PHONY: help install setup demo run test battery battery-full bench check format lock docs sbom clean
.DELETE_ON_ERROR:

help: ## Say what can be made
	@echo "make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1 \2/p' $(MAKEFILE_LIST) | \
		while read -r target text; do printf '  %-12s %s\n' "$$target" "$$text"; done

install: $(VENV)/.runtime ## Prepare .venv with all that Aboard needs to run, and nothing else

setup: $(VENV)/.dev ## Prepare .venv with everything that development needs

demo: $(VENV)/.runtime ## Try Aboard in a sandbox, without Slack or vendors (PLAY=1 plays a story)
	$(BIN)/aboard demo $(if $(PLAY),--play)

run: $(VENV)/.runtime ## Serve Slack, as aboard.toml and the environment say
	$(BIN)/aboard serve

test: $(VENV)/.dev ## Run the tests (ARGS="-k onboard" picks some)
	$(BIN)/python -m pytest --numprocesses=$(WORKERS) --maxprocesses=4 --dist=worksteal $(ARGS)

battery: $(VENV)/.battery ## Try every promise, and that each trial could fail (ARGS="AUD-01" picks some)
	$(BIN)/python -m tests.battery $(ARGS)

battery-full: $(VENV)/.battery ## The same with larger numbers
	$(BIN)/python -m tests.battery --full $(ARGS)

bench: $(VENV)/.bench ## Measure Aboard beside others; writes docs/performance.md (about 20 minutes)
	$(BIN)/python -m benchmarks $(ARGS)

check: $(VENV)/.battery ## Check style, types, imports and what is installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(PIP) check

format: $(VENV)/.dev ## Put the code in the house's form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: $(VENV)/.dev ## Pin what pyproject.toml asks for (UPGRADE=1 takes the newest)
	$(LOCK) --build-deps-for=editable --output-file=requirements.lock pyproject.toml
	$(call asked,["project"]["optional-dependencies"]["tracing"]) | \
		$(LOCK) --constraint=requirements.lock --output-file=requirements-tracing.lock -
	$(call asked,["dependency-groups"]["docs"]) | \
		$(LOCK) --constraint=requirements.lock --output-file=requirements-docs.lock -
	$(call asked,["dependency-groups"]["dev"]) | \
		$(LOCK) --allow-unsafe --constraint=requirements.lock \
		--constraint=requirements-tracing.lock --output-file=requirements-dev.lock -
	$(call asked,["dependency-groups"]["battery"]) | \
		$(LOCK) --allow-unsafe --constraint=requirements.lock \
		--constraint=requirements-dev.lock --output-file=requirements-battery.lock -
	$(call asked,["dependency-groups"]["bench"]) | \
		$(LOCK) --constraint=requirements.lock \
		--constraint=requirements-dev.lock --output-file=requirements-bench.lock -

docs: $(VENV)/.docs ## Build the documentation's site in site/, every link checked
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

sbom: $(VENV)/.battery ## List all that is pinned, with its hashes, in dist/sbom.json (CycloneDX)
	@mkdir -p dist
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
		--output-file dist/sbom.json requirements.lock

clean: ## Remove .venv and every cache
	rm -rf $(VENV) dist site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/.python:
	@$(PYTHON) --version >/dev/null 2>&1 || \
		{ echo "Aboard needs Python 3.11 or newer, and there is no $(PYTHON) here." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Aboard needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
		"Name a newer one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make virtual environments (Debian: apt-get install python3-venv)." \
		>&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.python requirements.lock pyproject.toml
	@echo "Preparing .venv; this takes about a minute, once."
	$(PIP) install --quiet --require-hashes --requirement requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(PIP) install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $@

$(VENV)/.battery: $(VENV)/.dev requirements-battery.lock
	$(PIP) install --quiet --require-hashes --requirement requirements-battery.lock
	@touch $@

$(VENV)/.bench: $(VENV)/.dev requirements-bench.lock
	$(PIP) install --quiet --require-hashes --requirement requirements-bench.lock
	@touch $@

$(VENV)/.docs: $(VENV)/.runtime requirements-docs.lock
	$(PIP) install --quiet --require-hashes --requirement requirements-docs.lock
	@touch $@
