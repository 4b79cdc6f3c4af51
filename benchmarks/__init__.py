"""How fast it is, each on a PostgreSQL of its own: `python -m benchmarks.first_page`, `python -m benchmarks.http`."""
