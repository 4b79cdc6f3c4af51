"""Mutants: which there are, and putting one in the place of the module that it was made from, in this process only."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any
from unittest import mock

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from accounts import authorization
from config.lock.apply import make_second_lock
from tests.copies import Unchanged
from tests.mutants.operators import operators

OPERATORS = operators()
LOCK = "config.lock.policies"
MODULES = (
    "accounts.authorization",
    "casework.categories",
    "casework.policy",
    "casework.policy_of_erasure",
    "casework.policy_of_ways",
    "casework.policy_of_people",
    "oversight.policy",
    "referrals.policy",
    LOCK,
)


@dataclass(frozen=True)
class Mutant:
    module: str
    operator: str
    occurrence: int
    line: int

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.operator} {self.occurrence}"

    def put_in_place(self) -> None:
        """Raises `Unchanged`, and whatever a module raises that cannot be."""
        module = import_module(self.module)
        source = source_of(module)
        changed = mutate_code(source, OPERATORS[self.operator], self.occurrence)
        if changed is None:
            raise Unchanged
        (_, usual), (names, registered) = _run(module, source), _run(module, changed)
        if self.module == LOCK:
            vars(module).update(names)
            make_second_lock()
            return
        differs = [_swap(vars(module)[name], new) for name, new in names.items() if _is_of(module, new)]
        forgotten = [
            (real, key)
            for real, before, after in zip(_registries(), usual, registered, strict=True)
            for key in before - after
        ]
        for real, key in forgotten:
            real.pop(key)
        if not any(differs) and not forgotten:
            raise Unchanged


def mutants(seed: int) -> list[Mutant]:
    """All of them, in an order of chance, so that whoever stops early has tried a fair sample."""
    found = [mutant for module in MODULES for mutant in _of(module)]
    random.Random(seed).shuffle(found)
    return found


def _of(module: str) -> Iterator[Mutant]:
    tree = get_ast(source_of(import_module(module)))
    for name, operator in OPERATORS.items():
        lines = [start[0] for node in ast_nodes(tree) for start, _ in operator.mutation_positions(node)]
        yield from (Mutant(module, name, n, line) for n, line in enumerate(lines))


def source_of(module: ModuleType) -> str:
    return Path(str(module.__file__)).read_text()


def _registries() -> list[dict[Any, Any]]:
    return [authorization._rules, authorization._reaches]


def _run(module: ModuleType, source: str) -> tuple[dict[str, Any], list[set[Any]]]:
    """What a module of this source would hold, and what it would register."""
    names = {"__name__": module.__name__, "__file__": module.__file__}
    with mock.patch.object(authorization, "_rules", {}), mock.patch.object(authorization, "_reaches", {}):
        exec(compile(source, str(module.__file__), "exec"), names)  # noqa: S102
        registered = [set(registry) for registry in _registries()]
    return {name: value for name, value in names.items() if not name.startswith("__")}, registered


def _is_of(module: ModuleType, value: Any) -> bool:
    return isinstance(value, FunctionType) and value.__module__ == module.__name__


def _swap(real: Any, new: FunctionType) -> bool:
    """Give the real function, wherever it was imported to, the other's code. Whether that differs."""
    if not isinstance(real, FunctionType) or _runs(real.__code__) == _runs(new.__code__):
        return False
    real.__code__ = new.__code__
    return True


def _runs(code: CodeType) -> tuple[Any, ...]:
    constants = tuple(_runs(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts)
    return code.co_code, code.co_names, constants
