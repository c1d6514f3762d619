# Two commands: `make demo` and `make test`. Both create .venv on a bare machine (Python 3.11 or
# later, make, a package index) and leave everything outside this folder alone.
# A Linux machine without a GPU saves a large download with the index of PyTorch's CPU builds:
#   PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu make test

SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { command -v $$p; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
CODE := tfcompat backends conformance_tests benchmarks examples docs
BENCH_ARGS ?=
SWEEP_ARGS ?=
DEMO_ARGS ?=
TEST_ARGS ?=
# A Python that has the real TensorFlow, for `make goldens` and the last columns of `make bench`.
TF_PYTHON ?=
# A Python with CUDA builds of torch and jax. Unset: the JAX plug-in for CUDA goes into .venv.
GPU_PYTHON ?=

export PIP_PROGRESS_BAR := off
export PYTHONUNBUFFERED := 1

.PHONY: help venv test conformance conformance-tensorflow lint format types demo bench sweep gpu \
	goldens guide docs support clean keras-tests keras-versions

help:
	@echo "make demo     the five tutorials on every backend, beside their documented output"
	@echo "make test     lint, types and the conformance suite on every backend"
	@echo "make bench    speed and memory (TF_PYTHON=... adds the real TensorFlow)"
	@echo "make sweep    the last part of bench: the speed of each op"
	@echo "make lint     ruff and import-linter        make format   let ruff repair and format"
	@echo "make types    mypy, strict                  make docs     the documentation, into site/"
	@echo "make gpu      suite and benchmarks on a GPU make goldens  TF_PYTHON=... record answers"
	@echo "make conformance-tensorflow  TF_PYTHON=... the suite on the real TensorFlow"
	@echo "make support  the README's support table    make clean    remove what was made"
	@echo "make guide    TF_PYTHON=... record what the guide's pages print"
	@echo "make keras-tests     Keras' own tests (TF_PYTHON=... compares with the real TensorFlow)"
	@echo "make keras-versions  the tests of tf.keras with each supported release of Keras"

venv: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "tfcompat needs Python 3.11 or later with venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade "pip>=25.1"
	$(PIP) install -c constraints.txt --group dev -e ".[all]"
	@touch $@

test: lint $(STAMP)
	$(BIN)/mypy
	$(MAKE) --no-print-directory conformance

conformance: $(STAMP)
	$(BIN)/python -m conformance_tests $(TEST_ARGS)

conformance-tensorflow:
	@test -n "$(TF_PYTHON)" \
		|| { echo "make conformance-tensorflow TF_PYTHON=/path/to/python-with-tensorflow" >&2; exit 1; }
	$(TF_PYTHON) -m conformance_tests --backend tensorflow $(TEST_ARGS)

lint: $(STAMP)
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

types: $(STAMP)
	$(BIN)/mypy

demo: $(STAMP)
	$(BIN)/python -m examples.demo $(DEMO_ARGS)

bench: $(STAMP)
	$(BIN)/python -m benchmarks $(if $(TF_PYTHON),--tensorflow $(TF_PYTHON)) $(BENCH_ARGS)
	$(MAKE) --no-print-directory sweep

sweep: $(STAMP)
	$(BIN)/python -m benchmarks.sweep $(if $(TF_PYTHON),--tensorflow $(TF_PYTHON)) $(SWEEP_ARGS)

ifeq ($(GPU_PYTHON),)
gpu: RUN_GPU := TFCOMPAT_DEVICE=gpu $(BIN)/python
gpu: $(STAMP)
	$(PIP) install -c constraints.txt "jax[cuda13]"
else
gpu: RUN_GPU := TFCOMPAT_DEVICE=gpu PYTHONPATH=$(CURDIR):$(CURDIR)/backends $(GPU_PYTHON)
gpu:
endif
	$(RUN_GPU) -m conformance_tests --jobs 1 $(TEST_ARGS)
	$(RUN_GPU) -m benchmarks $(BENCH_ARGS)
	$(RUN_GPU) -m benchmarks.sweep $(SWEEP_ARGS)

goldens:
	@test -n "$(TF_PYTHON)" || { echo "make goldens TF_PYTHON=/path/to/python-with-tensorflow" >&2; exit 1; }
	$(TF_PYTHON) -m conformance_tests.goldens.record

guide:
	@test -n "$(TF_PYTHON)" || { echo "make guide TF_PYTHON=/path/to/python-with-tensorflow" >&2; exit 1; }
	CONFORMANCE_SUBJECT=tensorflow $(TF_PYTHON) -m conformance_tests.guide.pages --record

keras-tests: $(STAMP)
	$(BIN)/python -m conformance_tests.keras.own_tests \
		$(if $(TF_PYTHON),--tensorflow $(TF_PYTHON)) $(TEST_ARGS)

keras-versions: $(STAMP)
	$(BIN)/python -m conformance_tests.keras.versions \
		$(if $(TF_PYTHON),--tensorflow $(TF_PYTHON)) $(TEST_ARGS)

docs: $(STAMP)
	$(PIP) install -c constraints.txt --group docs
	$(BIN)/mkdocs build --strict --quiet

support: $(STAMP)
	$(BIN)/python docs/support_table.py README.md docs/support.md

clean:
	rm -rf $(VENV) build dist site reports .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
