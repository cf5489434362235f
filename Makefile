# Two commands on a fresh machine: `make run` and `make test`. `make help` lists the rest.
PY := .venv/bin/python
.DEFAULT_GOAL := help
# Where a machine forbids compiled files, each of a run's processes would compile our sources again at its start.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup run test bench bench-reading bench-matching chaos mutants lint scripts lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.venv/.local: requirements/local.txt embedded/setup.sh
	@embedded/setup.sh requirements/local.txt && touch $@

.venv/.dev: requirements/dev.txt embedded/setup.sh
	@embedded/setup.sh requirements/dev.txt && touch .venv/.local $@

# Without a C compiler matching is slower and nothing else.
LOOPS := ml_analyze/matching/compiled/pairs.so
$(LOOPS): $(wildcard ml_analyze/matching/compiled/*.c)
	@$(PY) -m ml_analyze.matching.compiled

setup: .venv/.dev $(LOOPS) ## make .venv with everything, also for tests and checks

run: .venv/.local $(LOOPS) ## start it all with sample suppliers; ONCE=1 ends after the table; PORT=, ADMIN_PASSWORD=
	@$(PY) -m embedded

test: .venv/.dev $(LOOPS) ## all tests, on servers of their own; ARGS="-k words" picks some
	@$(PY) -m pytest -n auto --dist loadscope --no-loadscope-reorder $(ARGS)

bench: .venv/.dev $(LOOPS) ## every figure beside its floor and goal; QUICK=1 for a short run
	@$(PY) -m bench.table

bench-reading: .venv/.dev ## how well price lists are read; CORPUS= names a folder with labels.json
	@$(PY) -m bench.reading $(if $(CORPUS),--corpus "$(CORPUS)")

bench-matching: .venv/.dev $(LOOPS) ## how well items are matched; CORPUS= names a folder like samples/matching/abt-buy
	@$(PY) -m bench.matching $(if $(CORPUS),--data "$(CORPUS)")

chaos: .venv/.dev $(LOOPS) ## a long campaign of kills, flushes and full disks; ARGS="--minutes 20"
	@$(PY) -m tests.chaos $(ARGS)

mutants: .venv/.dev $(LOOPS) ## small faults put into the code, to see whether the tests notice; ARGS="--of 100 handoff"
	@$(PY) -m tests.mutants $(ARGS)

lint: .venv/.dev ## style, types and common mistakes
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .
	@$(PY) -m bandit -q -ll -r app handoff ml_analyze embedded & mistakes=$$!; \
	$(PY) -m mypy; types=$$?; wait $$mistakes && exit $$types

scripts: ## types of the pages' scripts; needs npm
	@command -v npx >/dev/null || { echo "make scripts needs npm (https://nodejs.org)."; exit 1; }
	@npx --yes -p typescript@7.0.2 tsc -p app/static/js/jsconfig.json

lock: ## resolve requirements/*.in again; needs uv
	@command -v uv >/dev/null || { echo "make lock needs uv (pipx install uv)."; exit 1; }
	@requirements/lock.sh

clean: ## forget all data of make run; the packages stay
	@if [ -x $(PY) ]; then $(PY) -m embedded.clean; else rm -rf .local; fi
