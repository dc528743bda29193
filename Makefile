# Prag. `make run` starts the service, `make test` passes the tests; both install what they need.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help run test check bench proof lock clean

help:            ## show this
	@grep -hE '^[a-z]+: .*##|^[a-z]+:  *##' $(MAKEFILE_LIST) | sed 's/:.*##/  /'

.venv/run: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Prag needs Python 3.11 or newer; set PYTHON=... to one." if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/test: .venv/run requirements-test.lock
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-test.lock
	touch $@

run: .venv/run   ## start the whole service: web chat, no token, no server
	$(BIN)/prag run

test: .venv/test ## run the tests
	$(BIN)/python -m pytest -n 3 --dist worksteal -m "not browser and not proof"

check: .venv/test ## lint, types, import rules, content
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/prag check --strict

bench: .venv/test ## run the benchmarks
	$(BIN)/python -m benchmarks

proof: .venv/test ## run the long fault and scale proofs (half an hour; docs/proofs.md)
	KILLS=60 $(BIN)/python -m pytest tests/end_to_end/test_kill.py
	$(BIN)/python -m pytest -m proof
	$(BIN)/python -m benchmarks.proof

lock: .venv/test ## renew the lock files
	$(BIN)/pip install -q --disable-pip-version-check uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock pyproject.toml requirements-build.in
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra test --extra bench -c requirements.lock -o requirements-test.lock pyproject.toml requirements-build.in

clean:           ## remove what was installed (never the ledger in var/)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
