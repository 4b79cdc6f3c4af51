"""The load, from a process of its own: so many connections that stay open, each asking again when it is answered.

`python -m benchmarks.client` reads what to do as JSON from its input and writes what it took as JSON. Bare sockets, for
a library's client would cost more than the answers, on the same processors.
"""

import json
import socket
import sys
import threading
import time
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

HOST = "127.0.0.1"
CONTACT = {
    "channel": "phone",
    "caller": "victim",
    "danger": "no",
    "kind": "domestic_abuse",
    "said": "What was said. " * 20,
    "victim": {"name": "Invented Person"},
    "routes": [{"kind": "phone", "value": "020 7946 0018", "safety": "safe"}],
    "no_step_reason": "advice_given",
}


@dataclass(frozen=True)
class Load:
    """`path` is asked for by GET; without one, each connection starts and logs contacts, two requests each."""

    port: int
    cookies: dict[str, str]
    connections: int
    seconds: float
    path: str = ""


class Wrong(Exception):
    """An answer that is none. What it would have taken is no figure."""


class Line:
    """One connection that stays open."""

    def __init__(self, load: Load) -> None:
        self._socket = socket.create_connection((HOST, load.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        cookies = "; ".join(f"{name}={value}" for name, value in load.cookies.items())
        token = load.cookies.get("csrftoken", "")
        self._headers = f"Host: localhost\r\nCookie: {cookies}\r\nX-CSRFToken: {token}\r\n"

    def ask(self, method: str, path: str, body: Any = None) -> bytes:
        content = json.dumps(body).encode() if body is not None else b""
        said = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n" if content else ""
        said += f"Idempotency-Key: {uuid.uuid4()}\r\n" if content else ""
        self._socket.sendall(f"{method} {path} HTTP/1.1\r\n{self._headers}{said}\r\n".encode() + content)
        return self._answer()

    def _answer(self) -> bytes:
        read = b""
        while b"\r\n\r\n" not in read:
            read += self._some()
        head, _, body = read.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 20"):
            raise Wrong(head[:400] + body[:400])
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        while len(body) < length:
            body += self._some()
        return body

    def _some(self) -> bytes:
        if some := self._socket.recv(65536):
            return some
        raise Wrong("the server hung up")


def get(line: Line, load: Load) -> None:
    line.ask("GET", load.path)


def log_contact(line: Line, load: Load) -> None:
    reference = json.loads(line.ask("POST", "/api/v1/contacts/", {}))["reference"]
    line.ask("POST", f"/api/v1/contacts/{reference}/log", CONTACT | {"happened_at": datetime.now(UTC).isoformat()})


def put_on(load: Load) -> list[float]:
    """The seconds that each act took."""
    act = get if load.path else log_contact
    taken: list[float] = []
    problems: list[BaseException] = []
    end = time.perf_counter() + load.seconds

    def client() -> None:
        try:
            line = Line(load)
            while (began := time.perf_counter()) < end:
                act(line, load)
                taken.append(time.perf_counter() - began)
        except (Wrong, OSError) as problem:
            problems.append(problem)

    threads = [threading.Thread(target=client) for _ in range(load.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return taken


def said(load: Load) -> str:
    return json.dumps(asdict(load))


if __name__ == "__main__":
    json.dump(put_on(Load(**json.load(sys.stdin))), sys.stdout)
