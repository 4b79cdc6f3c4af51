"""The small changes. Most are cosmic-ray's; those of its kind that policies are made of stand here."""

from collections.abc import Iterator
from typing import Any

from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

OF_COSMIC_RAY = [
    "AddNot",
    "NumberReplacer",
    "RemoveDecorator",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_Invert",
    "ReplaceBinaryOperator_BitAnd_BitOr",
    "ReplaceBinaryOperator_BitOr_BitAnd",
    *(
        f"ReplaceComparisonOperator_{one}"
        for one in ("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is", "Lt_GtE", "Gt_LtE", "LtE_Gt", "GtE_Lt")
    ),
]
IN_SQL = {
    " AND ": " OR ",
    " OR ": " AND ",
    "NOT EXISTS": "EXISTS",
    "IS NOT NULL": "IS NULL",
    "IS NULL": "IS NOT NULL",
    " > ": " < ",
    " = ANY": " <> ALL",
    " <> ALL": " = ANY",
    " = ": " <> ",
    " && ": " <@ ",
}
NARROWS = ("filter", "exclude", "none")


class _OfTheHouse(Operator):
    """One place for each way in which a node can be changed."""

    def ways(self, node: Any) -> list[Any]:
        raise NotImplementedError

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        return iter([(node.start_pos, node.end_pos)] * len(self.ways(node)))

    def mutate(self, node: Any, index: int) -> Any:
        return self.ways(node)[index]()

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class SqlSaysOtherwise(_OfTheHouse):
    """AND for OR, NOT EXISTS for EXISTS, and so on, in strings that are SQL."""

    def ways(self, node: Any) -> list[Any]:
        if node.type not in ("string", "fstring_string"):
            return []
        places = [(at, old) for old in IN_SQL for at in range(len(node.value)) if node.value.startswith(old, at)]
        return [lambda at=at, old=old: self._with(node, at, old) for at, old in places]

    def _with(self, node: Any, at: int, old: str) -> Any:
        node.value = node.value[:at] + IN_SQL[old] + node.value[at + len(old) :]
        return node


class NarrowsNoMore(_OfTheHouse):
    """A query loses one of its .filter(..) or .exclude(..)."""

    def ways(self, node: Any) -> list[Any]:
        parts = getattr(node, "children", [])
        if node.type not in ("atom_expr", "power"):
            return []
        named = [n for n, part in enumerate(parts[:-1]) if part.type == "trailer" and part.children[-1].type == "name"]
        return [lambda n=n: self._without(node, n) for n in named if parts[n].children[-1].value in NARROWS]

    def _without(self, node: Any, n: int) -> Any:
        del node.children[n : n + 2]
        return node


class SaysYesOrNo(_OfTheHouse):
    """What a rule returns is True, or False, whatever it asks."""

    def ways(self, node: Any) -> list[Any]:
        if node.type != "return_stmt":
            return []
        function = node.parent
        while function is not None and function.type != "funcdef":
            function = function.parent
        if function is None or function.annotation is None or function.annotation.get_code().strip() != "bool":
            return []
        said = node.children[1].get_code().strip()
        return [lambda word=word: self._with(node, word) for word in ("True", "False") if word != said]

    def _with(self, node: Any, word: str) -> Any:
        leaf = node.children[1].get_first_leaf()
        node.children[1:] = [type(node.children[0])(f" {word}", leaf.start_pos)]
        return node


def operators() -> dict[str, Operator]:
    ours = {kind.__name__: kind() for kind in (SqlSaysOtherwise, NarrowsNoMore, SaysYesOrNo)}
    return ours | {name: get_operator(f"core/{name}")() for name in OF_COSMIC_RAY}
