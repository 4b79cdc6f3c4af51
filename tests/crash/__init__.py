"""The crash run: contacts are logged and referred while processes are killed; a ledger outside says what must be.

`python -m tests.crash --seed 1 --contacts 500 --clients 4`, or `make crash`. Exit code 0: nothing lost, doubled or
unaudited; 1: something was; 2: the run itself could not be made.
"""
