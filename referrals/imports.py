"""Reading Open Referral's documents from files, and checking them against the standard's published schema."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from referrals import entries


class NotJson(ValueError):
    """The file holds no JSON; nothing of it was taken in."""


def read_services(path: Path) -> list[Any]:
    """The services in a file, each with its organization. Raises `NotJson`, and `OSError` if it cannot be opened."""
    try:
        return entries.services_in(json.loads(path.read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError:
        raise NotJson("It is not text in UTF-8.") from None
    except RecursionError:
        raise NotJson("Its parts stand too deep in one another.") from None
    except json.JSONDecodeError as wrong:
        raise NotJson(f"It is not JSON: {wrong.msg} in line {wrong.lineno}, column {wrong.colno}.") from None


class Schema:
    """The published schema of a service, in a folder with those that it names. Raises `OSError`, `NotJson`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        registry: Registry[Any] = Registry(retrieve=self._retrieve)  # type: ignore[call-arg]  # attrs makes it so
        self.validator = Draft202012Validator(self._read("service.json"), registry=registry)

    def problems_of(self, service: Any) -> dict[str, str]:
        """What in a service is not as the standard has it, by its place in the document."""
        found = sorted(self.validator.iter_errors(service), key=lambda error: list(map(str, error.absolute_path)))
        return {"/".join(map(str, error.absolute_path)): error.message[:200] for error in found}

    def _retrieve(self, name: str) -> Resource[Any]:
        return Resource.from_contents(self._read(Path(name).name), default_specification=DRAFT202012)

    def _read(self, name: str) -> Any:
        try:
            return json.loads((self.folder / name).read_text(encoding="utf-8"))
        except json.JSONDecodeError:
            raise NotJson(f"{self.folder / name} is not JSON.") from None
