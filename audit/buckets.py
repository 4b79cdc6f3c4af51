"""An object store as a witness, whichever speaks S3: one object for each round, which is never written again.

`audit.buckets.Bucket:FILE` in AUDIT_WITNESSES; the file holds its address, region and keys. See docs/operations.md.
"""

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from configparser import ConfigParser
from configparser import Error as NotRead
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

from audit.verify_export import last_whole

SECONDS = 10  # that an answer may take
ADDRESS = re.compile(r"(?:https://|http://(?:localhost|127\.0\.0\.1)[:/])[^/]+/[\w.-]+(?:/[\w.-]+)*")
KEY = re.compile(r"<Key>([\w./-]+)</Key>")
NEVER = 10**18  # events; names count down from it, so that the newest stands first in a list


class Unusable(OSError):
    """The file does not say what a bucket needs."""


@dataclass(frozen=True)
class Access:
    """Who asks, and where."""

    region: str
    key: str
    secret: str

    def signed(self, method: str, address: str, headers: Mapping[str, str], body: bytes, at: datetime) -> Request:
        """The request with its signature, version 4 of AWS's: over all that it says."""
        parts, stamp = urlsplit(address), at.strftime("%Y%m%dT%H%M%SZ")
        digest = hashlib.sha256(body).hexdigest()
        said = {"host": parts.netloc, "x-amz-content-sha256": digest, "x-amz-date": stamp, **headers}
        names = ";".join(sorted(said))
        lines = [f"{name}:{said[name]}" for name in sorted(said)]
        asked = "\n".join([method, quote(parts.path), parts.query, *lines, "", names, digest])
        scope = [stamp[:8], self.region, "s3", "aws4_request"]
        what = "\n".join(["AWS4-HMAC-SHA256", stamp, "/".join(scope), hashlib.sha256(asked.encode()).hexdigest()])
        key = reduce(_mac, scope, f"AWS4{self.secret}".encode())
        by = f"Credential={'/'.join([self.key, *scope])},SignedHeaders={names},Signature={_mac(key, what).hex()}"
        headers = said | {"authorization": f"AWS4-HMAC-SHA256 {by}"}
        return Request(address, body or None, headers, method=method)  # noqa: S310 - of a known scheme


class Bucket:
    """A bucket, or a folder of one. Best one whose objects are locked against whoever writes them."""

    def __init__(self, file: str) -> None:
        read = ConfigParser(interpolation=None)
        try:
            read.read_string("[bucket]\n" + Path(file).read_text())
            said = read["bucket"]
            self._access = Access(said["region"], said["key"], said["secret"])
            self._address = said["address"].rstrip("/")
        except (NotRead, KeyError, UnicodeDecodeError):
            raise Unusable("A bucket's file has lines of address, region, key and secret.") from None
        if not ADDRESS.fullmatch(self._address):
            raise Unusable("A bucket's address begins with https:// and names the bucket.")

    def last(self) -> str:
        server, _, place = self._address.partition("://")[2].partition("/")
        bucket, _, folder = place.partition("/")
        root = f"{urlsplit(self._address).scheme}://{server}/{bucket}"
        asked = {"list-type": "2", "max-keys": "1", "prefix": f"{folder}/" if folder else ""}
        found = KEY.search(self._ask("GET", f"{root}?{urlencode(asked, quote_via=quote, safe='')}"))
        notes = last_whole(self._ask("GET", f"{root}/{found[1]}")) if found else []
        return notes[0] if notes else ""

    def keep(self, notes: Sequence[str]) -> None:
        size = int(notes[-1].split("\n", 2)[1])
        body = "".join(f"{note}\n" for note in notes).encode()
        once = {"if-none-match": "*", "x-amz-checksum-sha256": b64encode(hashlib.sha256(body).digest()).decode()}
        self._ask("PUT", f"{self._address}/{NEVER - size:019}.checkpoints", body, once)

    def _ask(self, method: str, address: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> str:
        request = self._access.signed(method, address, headers or {}, body, datetime.now(UTC))
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - of a known scheme
            said: bytes = answer.read()
            return said.decode()


def _mac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
