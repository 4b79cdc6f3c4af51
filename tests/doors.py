"""Every way into the system by HTTP, from the URL configuration itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.gate import declaration

NOTHING = {"number": 987654321, "token": "wrong", "table": "attempts", "code": "high", "verb": "acknowledge"}
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Door:
    """One named route: what its view declares, and which methods it answers."""

    name: str
    route: str
    view: Any

    @property
    def declares(self) -> Any:
        return declaration(self.view)

    @property
    def methods(self) -> list[str]:
        view_class = getattr(self.view, "view_class", None) or getattr(self.view, "cls", None)
        return [m for m in METHODS if hasattr(view_class, m)] if view_class else ["get", "post"]

    @property
    def of(self) -> str:
        """The kind of record that its address names: "case", "referral", "share" and so on, or nothing."""
        plural, _, rest = self.route.removeprefix("api/v1/").replace("directory/services/", "directory/").partition("/")
        return (
            re.sub("(?<=ss)es$|s$", "", re.sub("ies$", "y", plural.replace("-", "_"))) if rest.startswith("<") else ""
        )

    def address(self, **values: Any) -> str:
        """The path, with what its route asks for taken from these values, or naming nothing."""
        asked = {name: value for name, value in (NOTHING | values).items() if f":{name}>" in self.route}
        return reverse(self.name, kwargs=asked)


def doors(patterns: Any = None, before: str = "") -> Iterator[Door]:
    """Every route of the configuration, whatever app or library it is from."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from doors(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield Door(pattern.name or route, route, pattern.callback)
