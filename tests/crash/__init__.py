"""The crash run: contacts are logged, referred and accepted while processes are killed; a ledger outside says what
must be.

`python -m tests.crash --seed 1 --rounds 1 --contacts 500 --clients 4`, or `make crash`. Exit code 0: nothing lost,
doubled or unaudited, and what was wrong on purpose was found; 1: not so; 2: the run itself could not be made.
"""
