# make demo: install, and turn the sample recordings into transcripts.   make test: install, and run the tests.

PYTHON ?= python3
BIN := .venv/bin
DEMO := demo

.PHONY: demo test lint docs install clean

demo: install
	$(BIN)/baekseo init $(DEMO) --config config
	cp -Rn samples/audio/. $(DEMO)/audio/
	$(BIN)/baekseo run --workspace $(DEMO)
	@echo
	@echo "The voices and people of this demo are synthetic and fictional. Its transcripts:"
	@ls -1 $(DEMO)/transcripts/*/transcript.md
	@echo "next: $(BIN)/baekseo status --workspace $(DEMO)"

test: install
	$(BIN)/pytest -n 2 --dist worksteal

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: install
	$(BIN)/python docs/make_cli_reference.py

install: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
