# `make run` and `make test` need Python 3.11 or newer, and nothing else on Debian as root.
# Each makes its own environment in .venv, with the versions that .ci/constraints.txt pins.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE := tests/node_modules
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint .ci/constraints.txt

.PHONY: run test lint screenshots lighthouse lock clean

run: $(VENV)/installed
	$(BIN)/advice serve

test: $(VENV)/installed-dev $(NODE)/installed lint
	sh .ci/browser.sh
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

$(VENV)/installed: pyproject.toml .ci/constraints.txt
	sh .ci/venv.sh $(PYTHON) $(VENV)
	$(PIP) --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) --editable '.[dev]'
	touch $@

$(NODE)/installed: tests/package.json tests/package-lock.json
	sh .ci/node.sh
	npm ci --prefix tests --omit=dev
	touch $@

$(NODE)/installed-dev: tests/package.json tests/package-lock.json
	sh .ci/node.sh
	npm ci --prefix tests
	touch $(NODE)/installed $@

screenshots: $(VENV)/installed-dev  ## makes the README's pictures anew
	sh .ci/browser.sh
	ADVICE_SCREENSHOTS=tests/screenshots $(BIN)/python -m pytest tests/test_browser.py -k looked_at

lighthouse: $(VENV)/installed-dev $(NODE)/installed-dev  ## what Lighthouse says of the pages; 110 MB to install
	sh .ci/browser.sh
	$(BIN)/python tests/lighthouse.py

lock: $(VENV)/installed-dev  ## pins the newest versions that pyproject.toml allows
	$(PIP) uv
	$(BIN)/uv pip compile --quiet --universal --upgrade --all-extras --no-header --no-annotate \
	  --no-emit-index-url --output-file .ci/constraints.txt pyproject.toml
	sh .ci/node.sh
	npm update --prefix tests --package-lock-only

clean:
	rm -rf $(VENV) $(NODE) data/index dist
