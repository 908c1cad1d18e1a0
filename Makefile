# make demo: install, and turn the sample recordings into drafts of the chapters.
# make test: install, and run the tests.

PYTHON ?= python3
BIN := .venv/bin
DEMO := demo

.PHONY: demo test lint docs install clean

demo: install
	$(BIN)/baekseo init $(DEMO) --config config
	cp -Rn samples/audio/. $(DEMO)/audio/
	$(BIN)/baekseo run --workspace $(DEMO)
	@echo "Who speaks is for a person to say; here every proposal is accepted."
	-@for session in $(DEMO)/transcripts/*/; do \
		$(BIN)/baekseo speakers "$$(basename "$$session")" --accept all --workspace $(DEMO); done
	$(BIN)/baekseo run --workspace $(DEMO)
	$(BIN)/baekseo draft --workspace $(DEMO)
	@echo
	@echo "The voices and people of this demo are synthetic and fictional. Its drafts and transcripts:"
	@ls -1 $(DEMO)/drafts/chapter-*.* $(DEMO)/transcripts/*/transcript.md
	@echo "next: open $(DEMO)/drafts/chapter-5.docx, or $(BIN)/baekseo show --help"

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
