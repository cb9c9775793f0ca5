# `make help` lists the habits of this project.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
WEB_CONCURRENCY ?= 1
WORKERS ?= 2
export HOST PORT

VENV := .venv
RUN := $(VENV)/bin/python
MANAGE := $(RUN) manage.py
STAMP := $(VENV)/.production
DEV_STAMP := $(VENV)/.development

.DEFAULT_GOAL := help
.PHONY: help setup dev demo serve test test-fast services services-down lint format schema pictures sentences bench load mixed-load requirements clean

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## install what the service needs into .venv

dev: $(DEV_STAMP) ## install what tests and checks need as well

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check uv==0.13.8

$(STAMP): requirements.txt | $(VENV)/bin/uv
	@test -f $(DEV_STAMP) || VIRTUAL_ENV=$(VENV) $(VENV)/bin/uv pip install --quiet --system-certs --require-hashes -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt | $(VENV)/bin/uv
	@VIRTUAL_ENV=$(VENV) $(VENV)/bin/uv pip install --quiet --system-certs --require-hashes -r requirements-dev.txt
	@touch $@ $(STAMP)

demo: setup ## load the demo company and serve it, with a ready curl
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@$(MANAGE) demo --into local
	@$(MAKE) --no-print-directory granian

serve: setup ## migrate and serve with the environment's settings
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@$(MANAGE) check --deploy --tag sources --fail-level ERROR
	@$(MAKE) --no-print-directory granian

.PHONY: granian
granian:
	@exec $(VENV)/bin/granian --interface asgi --host $(HOST) --port $(PORT) --workers $(WEB_CONCURRENCY) \
		--workers-kill-timeout 5 --respawn-failed-workers --no-ws purposeapp.asgi:application

test: dev services lint ## everything: checks, then all tests, those on real services included
	@eval "$$($(RUN) -m deploy.services env)" && $(VENV)/bin/pytest -n $(WORKERS) --dist loadgroup

test-fast: dev ## only what needs no servers
	@$(VENV)/bin/pytest -n $(WORKERS) -m "not service"

services: ## real Elasticsearch, PostgreSQL, Keycloak and Redis on loopback
	@$(PYTHON) -m deploy.services up

services-down: ## stop them
	@$(PYTHON) -m deploy.services down

lint: dev ## format, style, types and import contracts
	@$(VENV)/bin/ruff format --check --quiet . && $(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/lint-imports --no-cache > /dev/null || $(VENV)/bin/lint-imports --no-cache
	@$(VENV)/bin/mypy

format: dev ## put the code into shape
	@$(VENV)/bin/ruff format . && $(VENV)/bin/ruff check --fix .

schema: dev ## write docs/openapi.json; review it in the diff
	@$(MANAGE) spectacular --format openapi-json --validate --fail-on-warn --file docs/openapi.json

pictures: dev ## take the pictures of docs/pages.md anew, in Chromium
	@$(RUN) -m tests.browser.pictures

sentences: dev ## collect the sentences of the pages for translation, and compile what is translated; needs GNU gettext
	@$(MANAGE) makemessages --locale de --no-location --no-wrap --no-obsolete --ignore .venv --ignore tests --ignore bench --ignore var
	@$(MANAGE) compilemessages --locale de --ignore .venv

bench: dev services ## figures: ours beside the baselines, in one run
	@eval "$$($(RUN) -m deploy.services env)" && $(RUN) -m bench $(BENCH)

load: dev ## a load on a running service: wrk on the hot path (bench/README.md)
	@$(RUN) -m bench.load $(LOAD)

mixed-load: dev ## a load of programs and readers: Locust (bench/locustfile.py says what it needs)
	@$(VENV)/bin/locust --locustfile bench/locustfile.py --headless $(LOAD)

requirements: $(VENV)/bin/uv ## lock the ranges of pyproject.toml again
	$(VENV)/bin/uv pip compile --quiet --system-certs --upgrade pyproject.toml --python-version 3.11 --generate-hashes --no-header -o requirements.txt
	$(VENV)/bin/uv pip compile --quiet --system-certs --upgrade pyproject.toml --group dev --python-version 3.11 --generate-hashes --no-header -c requirements.txt -o requirements-dev.txt

clean: ## forget the virtual environment and the work folder
	rm -rf $(VENV) var
