# The two commands of the README are `make run` and `make test`. Nothing but make and Python is assumed.
#   make run [PORT=8000] [HOST=127.0.0.1]    serve the demonstration district
#   make test [ARGS="tests/flows -k refusal"]   the gates, then the tests; ARGS goes to pytest
#   make test-long                           the same with the tests marked `long`
#   make machine [STEPS=40000]               so many steps of the state machine, other ones every time (docs/drills.md)
#   make bench [ONLY=signoff]                what the README's table says, measured here (docs/benchmarks.md)
#   make drill-cluster [ONLY="failover race"]   behind a pooler; the primary is killed, the replica promoted (docs/drills.md)
#   make drill-upgrade [FROM=revision]       an older version serves under load while this one takes over
#   make soak [MINUTES=5]                    everybody at work at once; memory stays flat and nothing fails
#   make mutants                             change the rules one constant at a time; a test must fail (half an hour)
#   make lint                                the gates alone
#   make audit                               bandit, the register of known holes, and the parts list (docs/decisions/0036-audit.md)
#   make clean                               remove what these commands made, the demonstration's data too

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV = .venv/bin/python
export PYTHONUTF8 = 1
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

.PHONY: run test test-long machine bench drill-cluster drill-upgrade soak mutants lint audit clean env env-dev

run: env
	@exec $(VENV) -m config.start

test: env-dev
	@exec $(VENV) -m config.check -m "not long" $(ARGS)

test-long: env-dev
	@exec $(VENV) -m config.check $(ARGS)

machine: env-dev
	@STEPS=$(or $(STEPS),40000) $(VENV) -m pytest -q -n 2 --dist loadscope tests/flows/test_machine.py

bench:
	@$(PYTHON) -m venv var/bench && var/bench/bin/python -m pip install -q -r requirements-bench.txt
	@ONLY="$(ONLY)" var/bench/bin/python -m benchmarks

drill-cluster: env
	@exec $(VENV) -m config.drills cluster $(ONLY)

drill-upgrade: env
	@exec $(VENV) -m config.drills upgrade $(if $(FROM),--from $(FROM))

soak: env
	@exec $(VENV) -m config.drills soak --minutes $(or $(MINUTES),5)

mutants:
	@$(PYTHON) -m venv var/mutants && var/mutants/bin/python -m pip install -q -r requirements-mutation.txt
	@var/mutants/bin/python -m tests.mutation

lint: env-dev
	@exec $(VENV) -m config.check --gates-only

audit: env
	@$(PYTHON) -m venv var/audit && var/audit/bin/python -m pip install -q -r requirements-audit.txt
	@var/audit/bin/python -m config.audit $(ARGS)

env:
	@$(PYTHON) -m config.env requirements.txt

env-dev:
	@$(PYTHON) -m config.env requirements-dev.txt

clean:
	@if [ -x $(VENV) ]; then $(VENV) -m config.postgres remove postgres && $(VENV) -m config.postgres remove postgres-test; fi
	@rm -rf .venv var staticfiles tests/browser/node_modules .coverage htmlcov
	@rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +
