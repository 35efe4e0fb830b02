# Gristmill: what can be done here. Every target does its own set-up: Python 3.11+ and make suffice.
PYTHON ?= python3
VENV   ?= .venv
RUN     = $(VENV)/bin/python
LINKS   = gristmill/schemas gristmill/storage gristmill/pipeline gristmill/pool gristmill/server gristmill/client gristmill/integrations
# Where it is set, every process of a test or a demo would compile every module anew: a boot takes a third longer.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-cluster test browser-test test-slow test-cluster test-frameworks test-lowest test-pythons dist smoke-wheel attack test-attack chaos chaos-nodes soak conformance fuzz audit check format docs settings-doc http-doc metrics-doc cli-doc problems-doc client-calls bench bench-full quality clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.ready $(LINKS)  ## a virtual environment with everything in it

$(VENV)/.ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Gristmill needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

# mypy and editors see the mapped folders under their import names only through these links.
$(LINKS):
	@ln -s ../$(@F) $@

demo: setup  ## ingest the example documents, then list, search and export them
	@sh examples/demo.sh $(VENV)/bin/gristmill

demo-cluster: setup $(VENV)/.cluster  ## the same on two nodes of a Dask cluster, all on this machine
	@sh examples/demo_cluster.sh $(VENV)/bin/gristmill

test: setup  ## the default test suite
	@$(RUN) -m pytest -n 4 --dist worksteal --durations 8 --durations-min 2

test-slow: setup $(VENV)/.docs  ## what the default suite leaves out: more real kills, worst documents, tests of the tests
	@$(RUN) -m pytest -m 'slow and not cluster and not chaos and not soak' -n 4 --dist worksteal

# Of the oldest Python: the lowest versions have no wheels for newer ones.
LOWEST_PYTHON ?= $(or $(shell .ci/find-python 3.11),$(PYTHON))
LOWEST  = $(VENV)-lowest/bin/python

test-lowest: $(VENV)-lowest/.ready  ## the pipeline's, the library's and the web process's tests with the lowest versions that we say suffice
	@$(LOWEST) -m pytest -n 4 --dist worksteal tests/pipeline tests/storage/library tests/storage/contract tests/server/transport

$(VENV)-lowest/.ready: pyproject.toml .ci/lowest_versions.py
	$(LOWEST_PYTHON) -m venv $(VENV)-lowest
	@$(LOWEST_PYTHON) .ci/lowest_versions.py > $(VENV)-lowest/constraints.txt
	$(LOWEST) -m pip install --quiet --disable-pip-version-check --prefer-binary \
	  -c $(VENV)-lowest/constraints.txt -e '.[language,near-duplicates,ocr,postgres,embed,semantic,archives,otel,test]'
	@touch $@

test-pythons:  ## the suite on each Python from 3.11 to 3.14 that is found
	@MAKE="$(MAKE)" .ci/each-python

dist: setup  ## sdist and wheel in dist/, the wheel built from the sdist
	@rm -rf dist build *.egg-info
	@$(RUN) -c 'from setuptools import build_meta; build_meta.build_sdist("dist")' >/dev/null
	@$(RUN) -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w dist dist/*.tar.gz
	@rm -rf build *.egg-info; ls dist

smoke-wheel: dist  ## the wheel in a fresh environment: ingest, search, export
	@.ci/smoke-wheel $(RUN)

attack: test-attack  ## attacks on a real service, each with a bound; then what others feel while all come at once
	@$(RUN) -m benchmarks.flood --seconds 10 2>/dev/null

test-attack: setup  ## only the tests of that
	@$(RUN) -m pytest -m attack -n 2 --dist loadfile tests/attack

browser-test: setup $(VENV)/.browser  ## the pages in a real Chromium; SCREENSHOTS=folder keeps pictures of them
	@$(if $(SCREENSHOTS),mkdir -p $(SCREENSHOTS) && KEEP_SCREENSHOTS=$(SCREENSHOTS)) $(RUN) -m pytest -m browser -n 2 --dist loadfile tests/browser

# The browser is the system's: where it is missing, and we may, Debian's is installed.
$(VENV)/.browser: $(VENV)/.ready
	$(RUN) -m pip install --quiet --disable-pip-version-check -e '.[browser]'
	@command -v chromium chromium-browser google-chrome >/dev/null || ([ "$$(id -u)" = 0 ] && \
	  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	  --no-install-recommends chromium) >/dev/null 2>&1) || \
	  echo "there is no chromium here: install it, or these tests are skipped"
	@touch $@

test-cluster: setup $(VENV)/.cluster  ## nodes on Dask, uploads in S3, a library in PostgreSQL: the contracts of engines, spools and libraries over them, and what kills of lives, nodes and schedulers cost
	@$(RUN) -m pytest -m cluster -n 2 --dist loadfile

$(VENV)/.cluster: $(VENV)/.ready
	$(RUN) -m pip install --quiet --disable-pip-version-check -e '.[cluster]'
	@touch $@

FRAMEWORKS = $(VENV)-frameworks/bin/python

test-frameworks: $(VENV)-frameworks/.ready  ## LangChain, LlamaIndex and Haystack, each with the real package
	@$(FRAMEWORKS) -m pytest -m frameworks -n 2 --dist loadfile tests/integrations

$(VENV)-frameworks/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)-frameworks
	$(FRAMEWORKS) -m pip install --quiet --disable-pip-version-check -e '.[frameworks,test]'
	@touch $@

chaos: setup  ## the long kill tests, then a storm of random kills
	@$(RUN) -m pytest -m chaos
	@$(RUN) -m benchmarks.chaos --minutes $(or $(MINUTES),2) --seed $(or $(SEED),1)

chaos-nodes: setup $(VENV)/.cluster  ## a storm over nodes: lives, nodes, scheduler, service and the way to S3 killed, stopped and cut off, with counts
	@$(RUN) -m benchmarks.chaos_nodes --minutes $(or $(MINUTES),3) --seed $(or $(SEED),1)

# EXAMPLES=420 are about 10,000 cases, in some ten minutes.
conformance: setup  ## a running service against its OpenAPI document, with requests made up by Schemathesis; then the count
	@CONFORMANCE_EXAMPLES=$(or $(EXAMPLES),20) CONFORMANCE_SEED=$(or $(SEED),1) $(RUN) -m pytest -n0 -s -m slow tests/server/openapi

soak: setup  ## ten thousand documents, some hostile, and what the service weighs before and after
	@$(RUN) -m benchmarks.soak --documents $(or $(DOCUMENTS),10000) --hostile 0.01

fuzz: setup $(VENV)/.fuzz  ## mutated documents through every parser; then all readers of bytes, guided by coverage
	@PYTHONPATH=tests $(RUN) -m support.fuzzing --minutes $(or $(MINUTES),2) --seed $(or $(SEED),1) $(if $(ONLY),--only $(ONLY))

# Where it cannot be installed, the second half says so and is left out.
$(VENV)/.fuzz: $(VENV)/.ready
	-@$(RUN) -m pip install --quiet --disable-pip-version-check -e '.[fuzz]' && touch $@

audit: setup  ## known vulnerabilities in what users install, where pip-audit's database answers
	@test -x $(VENV)-audit/bin/pip-audit || ($(PYTHON) -m venv $(VENV)-audit && \
	  $(VENV)-audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit) || true
	@$(RUN) .ci/audit.py $(VENV)-audit/bin/pip-audit

check: setup  ## ruff and mypy, exactly as CI runs them
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy

format: setup  ## let ruff put the code in order
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

docs: setup $(VENV)/.docs  ## the pages of docs/ as a site in site/, strictly; SITE=folder puts it there
	@NO_MKDOCS_2_WARNING=1 $(RUN) -m mkdocs build --quiet --strict --clean $(if $(SITE),--site-dir $(SITE))

# Where it cannot be installed, the tests of the site are skipped and say so.
$(VENV)/.docs: $(VENV)/.ready
	-@$(RUN) -m pip install --quiet --disable-pip-version-check -e '.[docs]' && touch $@

settings-doc: setup  ## write docs/settings.md anew
	@$(RUN) -m gristmill.cli.configured.settings_page > docs/settings.md

http-doc: setup  ## write docs/http.md anew
	@$(RUN) -m gristmill.cli.http_page > docs/http.md

metrics-doc: setup  ## write docs/metrics.md anew
	@$(RUN) -m gristmill.cli.metrics_page > docs/metrics.md

cli-doc: setup  ## write docs/command-line.md anew
	@$(RUN) -m gristmill.cli.command_page > docs/command-line.md

problems-doc: setup  ## write docs/problems.md anew
	@$(RUN) -m gristmill.cli.problems_page > docs/problems.md

client-calls: setup  ## write client/calls/ anew
	@$(RUN) -m gristmill.cli.client_calls client/calls
	@$(RUN) -m ruff format --quiet client/calls && $(RUN) -m ruff check --quiet --fix client/calls

bench: setup $(VENV)/.bench  ## all benchmarks, small: a few minutes
	@$(RUN) -m benchmarks --small

bench-full: setup $(VENV)/.bench  ## all benchmarks, in full: an hour or two; writes docs/performance.md
	@$(RUN) -m benchmarks --full --json benchmark-results.json
	@$(RUN) -m benchmarks report benchmark-results.json

$(VENV)/.bench: $(VENV)/.ready
	$(RUN) -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

quality: setup $(VENV)/.bench  ## how well documents are read, beside the bare libraries; writes docs/quality.md
	@$(RUN) -m benchmarks.quality --markdown

clean:  ## remove what the other targets made
	rm -rf $(VENV) $(VENV)-lowest $(VENV)-frameworks $(VENV)-audit $(VENV)-3.* $(LINKS) build dist *.egg-info demo-data .mypy_cache .ruff_cache .hypothesis .fuzz-found site
