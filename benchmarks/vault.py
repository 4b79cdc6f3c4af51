"""What sealing a value costs, without the database: `python -m benchmarks.vault`. The last line is JSON."""

import json
import os
import sys
import timeit

import django

LENGTH = 40  # letters of an address
REPEAT, NUMBER = 7, 2000


def measure(number: int = NUMBER) -> dict[str, float]:
    """The best of some rounds, in microseconds for one."""
    from accounts import vault  # noqa: PLC0415 - settings are loaded first

    wrapped, version = vault.new_data_key(1)
    key, plain = vault.unwrap(wrapped, 1, version), b"x" * LENGTH
    sealed = vault.seal(key, plain, case_id=1, place="a.b|c")
    acts = {
        "make and wrap a key": lambda: vault.new_data_key(1),
        "unwrap a key": lambda: vault.unwrap(wrapped, 1, version),
        "seal a value": lambda: vault.seal(key, plain, case_id=1, place="a.b|c"),
        "open a value": lambda: vault.unseal(key, sealed, case_id=1, place="a.b|c"),
        "mark a value": lambda: vault.blind("a.b", "+442079460018"),
    }
    best = {name: min(timeit.repeat(act, repeat=REPEAT, number=number)) / number for name, act in acts.items()}
    return {name: round(seconds * 1e6, 2) for name, seconds in best.items()}


def main() -> None:
    os.environ.setdefault("MODE", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    found = measure()
    for name, cost in found.items():
        sys.stdout.write(f"{name:<22}{cost:>8.2f} µs\n")
    sys.stdout.write(json.dumps({"microseconds": found}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
