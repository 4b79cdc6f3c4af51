"""Asks a scanner whether a file holds anything that would harm whoever opens it. A setting names the scanner, or none.

While there is none, or it does not answer, nothing is known, and no other agency opens the file.
"""

import socket
from enum import StrEnum

from django.conf import settings
from django.utils.module_loading import import_string

CHUNK, SECONDS = 64 * 1024, 15


class Found(StrEnum):
    """What is known. The values are kept in records."""

    NOTHING_KNOWN = "not_scanned"
    CLEAN = "clean"
    HARMFUL = "harmful"


def scan(content: bytes) -> Found:
    """What the scanner that the settings name says of these bytes."""
    name, _, where = settings.SCANNER.partition(":")
    if not name:
        return Found.NOTHING_KNOWN
    try:
        found: Found = import_string(name)(where).scan(content)
    except (OSError, ValueError):
        return Found.NOTHING_KNOWN
    return found


class Clamd:
    """ClamAV's daemon, by its INSTREAM protocol. `where` is host:port, or the path of its socket."""

    def __init__(self, where: str) -> None:
        self.where = where

    def scan(self, content: bytes) -> Found:
        """Raises `OSError` where it cannot be asked, `ValueError` where its answer cannot be understood."""
        with self._connected() as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                part = content[start : start + CHUNK]
                line.sendall(len(part).to_bytes(4, "big") + part)
            line.sendall(bytes(4))
            answer = line.makefile("rb").read(4096).rstrip(b"\0\n")
        if answer.endswith(b": OK"):
            return Found.CLEAN
        if answer.endswith(b" FOUND"):
            return Found.HARMFUL
        raise ValueError("the scanner gave no answer")

    def _connected(self) -> socket.socket:
        host, _, port = self.where.rpartition(":")
        if host:
            return socket.create_connection((host, int(port)), timeout=SECONDS)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        line.connect(self.where)
        return line
