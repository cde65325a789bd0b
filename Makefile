# `make help` lists what there is. Everything works as root and as an ordinary user.

.DEFAULT_GOAL := help
.PHONY: help run test matrix soak check lint format messages bench shell clean requirements

PYTHON_HERE := .venv/bin/python
BOOTSTRAP := sh config/run/bootstrap.sh
ARGS ?=
# Dozens of processes import the same code: it is compiled once, also where the environment says otherwise
unexport PYTHONDONTWRITEBYTECODE

# Services, demo, web server, worker: all of Polystore, until Ctrl-C. PORT=9000 make run
run:
	@$(BOOTSTRAP) run && exec $(PYTHON_HERE) -m config.run

# The suite on services of its own. One app: make test ARGS="tests/orders -x"
test:
	@$(BOOTSTRAP) development && exec $(PYTHON_HERE) -m config.run.suite $(ARGS)

# Stores on every kind of database: what needs MariaDB, pgbouncer, a second PostgreSQL or a replica
matrix:
	@$(BOOTSTRAP) development && exec $(PYTHON_HERE) -m config.run.suite --matrix $(ARGS)

# The long tests that `make test` leaves out; a year of random shop life runs for an hour. make soak MINUTES=10
soak:
	@$(BOOTSTRAP) development && SOAK_MINUTES=$(or $(MINUTES),60) exec $(PYTHON_HERE) -m config.run.suite --soak $(ARGS)

# Format, lint, floors, types, migrations, production settings, documentation
check:
	@$(BOOTSTRAP) development && exec $(PYTHON_HERE) -m config.run.checks

# Only format, lint and floors: a few seconds
lint:
	@$(BOOTSTRAP) development && exec $(PYTHON_HERE) -m config.run.checks format lint floors

# Fix format and what the linter can fix
format:
	@$(BOOTSTRAP) development
	@$(PYTHON_HERE) -m ruff format .
	@$(PYTHON_HERE) -m ruff check --fix .

# Collect the texts for translators in locale/, compile the catalogues that are whole. CATALOGUE=de begins one
messages:
	@$(BOOTSTRAP) development && exec $(PYTHON_HERE) -m config.run.messages $(CATALOGUE)

# Benchmarks, as a table: see benchmarks/README.md
bench:
	@$(BOOTSTRAP) development && exec $(PYTHON_HERE) -m benchmarks $(ARGS)

# Django's shell, with the services up
shell:
	@$(BOOTSTRAP) run && $(PYTHON_HERE) manage.py services up && exec $(PYTHON_HERE) manage.py shell

# Stop the services and delete their data, logs and caches, then .venv
clean:
	@if [ -x $(PYTHON_HERE) ] && [ -f .venv/run.stamp -o -f .venv/development.stamp ]; then $(PYTHON_HERE) -m config.run.cleaning; fi
	@rm -rf .venv

# Pin again after a change of requirements/*.in (UPGRADE=1 takes newer versions)
COMPILE = $(PYTHON_HERE) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(if $(UPGRADE),--upgrade) --custom-compile-command "make requirements"
requirements:
	@$(BOOTSTRAP) development
	$(COMPILE) requirements/base.in -o requirements/base.txt
	$(COMPILE) requirements/embedded.in -o requirements/embedded.txt
	$(COMPILE) --prerelease=if-necessary-or-explicit requirements/development.in -o requirements/development.txt

# This list
help:
	@awk '/^# /{line=substr($$0,3)} /^[a-z]+:/{sub(/:.*/,""); printf "  make %-13s %s\n", $$0, line}' Makefile
