# Each target makes what it needs first. Another interpreter: make PYTHON=python3.12 test
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
NOTEBOOKS := $(wildcard notebooks/*.ipynb)

export MPLBACKEND = agg
export JUPYTER_PREFER_ENV_PATH = 1

.PHONY: env report test lint thorough soak refs docs lab bench

env: .venv/.installed

.venv/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) install --compile -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q kamnb
	touch $@

report: env  ## a planning report for each key account of the sample
	$(BIN)/kamnb report data/sample -o reports

test: lint  ## its last lines say what was skipped, and why
	$(BIN)/python -m compileall -q kamnb tests
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -rs --nbval --nbval-cell-timeout=120 notebooks tests kamnb docs/writing

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

thorough: env  ## what works on other programs, on runs that are killed or wait, or on whole runs: before a change lands
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -rs -m "thorough and not soak" tests

soak: env  ## what takes longer than a landing may wait
	$(BIN)/pytest -m soak
	KAMNB_EXAMPLES=10 $(BIN)/pytest -m "hypothesis and not soak"

refs: env  ## execute the notebooks on the sample and keep the results: what nbval compares with
	$(BIN)/python notebooks/refresh.py $(NOTEBOOKS)

docs: env  ## the documentation as a site, build/docs/index.html; whatever is not right with it ends it
	$(BIN)/python docs/write.py
	$(BIN)/sphinx-build -c docs -W --keep-going -q . build/docs -d build/doctrees

lab: env
	$(BIN)/kamnb lab .

.venv/.peers: benchmarks/peers.txt .venv/.installed
	$(PIP) install --no-deps --upgrade --target .venv/peers -r benchmarks/peers.txt
	touch $@

bench: env .venv/.peers
	$(BIN)/python benchmarks/whole.py
	$(BIN)/python benchmarks/aggregation.py
	$(BIN)/python benchmarks/scoring.py
	$(BIN)/python benchmarks/confidence.py
	$(BIN)/python benchmarks/movement.py
	$(BIN)/python benchmarks/history.py
	$(BIN)/python benchmarks/plan_parts.py
	$(BIN)/python benchmarks/alignment.py
	$(BIN)/python benchmarks/programme.py
	$(BIN)/python benchmarks/reports.py
	$(BIN)/python benchmarks/edits.py
	$(BIN)/python benchmarks/desk.py
	$(BIN)/python benchmarks/matching.py
	$(BIN)/python benchmarks/workbooks.py
