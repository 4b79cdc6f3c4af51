"""One worker's way to the API: signs in as on the pages, and sends single requests that may be lost on the way."""

import json
import re
import select
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from enum import Enum
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

HOST = "127.0.0.1"
PATIENCE_SECONDS = 15  # for one answer
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Cut(Enum):
    """Where a client hangs up of its own accord."""

    NOT = "not at all"
    AT_ONCE = "as soon as the request is sent"
    UNREAD = "when the answer has come, before it is read"


class Lost(Exception):
    """The client cannot know whether the work was done. Its argument says why, in a word."""


@dataclass(frozen=True)
class Sent:
    """One request, the same at each try."""

    method: str
    path: str
    body: dict[str, Any]
    key: str = ""
    more: tuple[tuple[str, str], ...] = ()  # headers

    @property
    def content(self) -> bytes:
        return json.dumps(self.body).encode()


@dataclass
class Line:
    """To one web server, as one worker. Each request has a connection of its own, as through a poor network."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self, email: str, password: str) -> None:
        status, page = self._ask("GET", "/sign-in/", b"", {})
        token = TOKEN.search(page.decode())
        if status != 200 or token is None:
            raise Lost(f"no form to sign in: {status}")
        form = {"login": email, "password": password, "csrfmiddlewaretoken": token[1]}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _ = self._ask("POST", "/sign-in/", urlencode(form).encode(), kind)
        if status != 302:
            raise Lost(f"not signed in: {status}")

    def send(self, sent: Sent, cut: Cut, when_sent: Callable[[], None]) -> tuple[int, Any]:
        """The answer's status and body. Raises `Lost` where none was read, or the server says that it failed."""
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.cookies["csrftoken"]}
        headers |= {"Idempotency-Key": sent.key} if sent.key else {}
        headers |= {"If-Match": "*"}  # one's own record, of which an answer may have been lost
        headers |= dict(sent.more)
        status, content = self._ask(sent.method, f"/api/v1/{sent.path}", sent.content, headers, cut, when_sent)
        if status >= 500:
            raise Lost("error")
        return status, _read(content)

    def _ask(
        self,
        method: str,
        path: str,
        content: bytes,
        headers: dict[str, str],
        cut: Cut = Cut.NOT,
        when_sent: Callable[[], None] = lambda: None,
    ) -> tuple[int, bytes]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            with closing(HTTPConnection(HOST, self.port, timeout=PATIENCE_SECONDS)) as connection:
                connection.request(method, path, content, headers | {"Cookie": cookies})
                when_sent()
                if cut is Cut.UNREAD:
                    select.select([connection.sock], [], [], PATIENCE_SECONDS)
                if cut is not Cut.NOT:
                    raise Lost("cut off")
                answer = connection.getresponse()
                read = answer.read()
        except TimeoutError:
            raise Lost("no answer") from None
        except (OSError, HTTPException):
            raise Lost("connection") from None
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer.status, read


def _read(content: bytes) -> Any:
    """The API answers in JSON; what is none was not answered by the API, and is kept for whoever looks into it."""
    try:
        return json.loads(content) if content else None
    except ValueError:
        return {"not from the API": content[:300].decode(errors="replace")}
