"""How much of what a case protects is found in free text, however it is written: `python -m benchmarks.scan`.

Recall over seeded variants, kind by kind, and how often everyday words are taken for something. The last line is JSON.
"""

import json
import os
import random
import sys

import django

SEED, ROUNDS = 20261123, 200


def measure(rounds: int = ROUNDS, seed: int = SEED) -> dict[str, dict[str, float]]:
    """The share found, by kind and then by variant; under "none", the share of clean sentences that were held up."""
    from benchmarks.scan_variants import VARIANTS, sentence, values  # noqa: PLC0415 - models are loaded first
    from casework.scan import Protected, kinds_in  # noqa: PLC0415 - the same

    rng = random.Random(seed)  # noqa: S311 - to repeat, not to guess
    found: dict[str, dict[str, int]] = {}
    for _ in range(rounds):
        case = values(rng)
        protected = [Protected(kind, value) for kind, value in case.items()]
        for kind, value in case.items():
            for name, written in VARIANTS.items():
                hit = kinds_in(sentence(rng, written(value, kind, rng)), [p for p in protected if p.kind == kind])
                row = found.setdefault(kind, {})
                row[name] = row.get(name, 0) + (kind in hit)
        clean = found.setdefault("none", {})
        clean["plain"] = clean.get("plain", 0) + bool(kinds_in(sentence(rng, "today"), protected))
    return {kind: {name: hits / rounds for name, hits in row.items()} for kind, row in found.items()}


def main() -> None:
    os.environ.setdefault("MODE", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    found = measure()
    names = list(next(iter(found.values())))
    sys.stdout.write(f"{'':<24}" + "".join(f"{name:>20}" for name in names) + "\n")
    for kind, row in found.items():
        cells = "".join(f"{row[name]:>20.1%}" if name in row else f"{'':>20}" for name in names)
        sys.stdout.write(f"{kind:<24}{cells}\n")
    recalled = [share for kind, row in found.items() if kind != "none" for share in row.values()]
    total = {"recall": round(sum(recalled) / len(recalled), 4), "false": found["none"]["plain"], "rounds": ROUNDS}
    sys.stdout.write(json.dumps(total | {"by_kind": found}) + "\n")


if __name__ == "__main__":
    main()
