"""Running it all: stages, store, ledger, runner, executors."""
