"""How fast it is, each on a PostgreSQL of its own: `python -m benchmarks.reach`, `python -m benchmarks.http`."""
