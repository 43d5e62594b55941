# Each target does all its own set-up; Python 3.11 or later and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= 2

.PHONY: run test soak bench docs lint lock clean

run: $(READY)
	$(BIN)/covenant scenario=abyssinia_1935 arrangement=league runs=1000 seed=1 study=demo
	$(BIN)/covenant-lab report demo

test: $(READY)
	$(BIN)/pytest -m "not soak" -n $(WORKERS) --dist loadfile

soak: $(READY)
	COVENANT_SOAK=1 $(BIN)/pytest -m soak --ignore=tests/laws
	COVENANT_SOAK=1 COVENANT_LAW_RUNS=2000 $(BIN)/pytest tests/laws -n $(WORKERS)
	bounds=$$(mktemp -d) && NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=$$bounds $(BIN)/pytest tests/kernels -m "not soak"; \
	  status=$$?; rm -rf $$bounds; exit $$status

bench: $(READY)
	$(BIN)/python -m pytest tests/benchmarks -m "soak or not soak" -s -p no:xdist

docs: $(READY)
	$(BIN)/sphinx-build -W --keep-going -b html docs build/docs
	@echo "build/docs/index.html"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The newest versions that fit, with hashes; commit the result.
lock: $(READY)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --upgrade --generate-hashes --no-header --no-emit-index-url \
	  --no-annotate --extra dev --extra slurm --extra joblib --extra sensitivity pyproject.toml -o requirements.lock

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Covenant needs Python 3.11 or later; say which: make PYTHON=python3.12')"
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
