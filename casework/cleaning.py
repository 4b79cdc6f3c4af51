"""Makes a file harmless, in a process of its own: a picture is drawn anew, a document looked through and written anew.

What it is, its content says, never its name. Run as a program it reads the file, writes what is left of it, and ends
with a code of `REFUSALS`; it has little memory and little time. Knows no tables and no settings.
"""

import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SECONDS, MEMORY = 20, 1024 * 1024 * 1024  # of one file; a picture of forty million points needs a third of it
MOST_PAGES, MOST_OBJECTS = 500, 50_000
# What a document can do by itself, or carries with it.
ACTIVE = frozenset(
    f"/{name}"
    for name in (  # noqa: SIM905
        "JS JavaScript Launch AA EmbeddedFile EmbeddedFiles EF RichMedia XFA AcroForm GoToE GoToR SubmitForm "
        "ImportData Movie Sound Rendition 3D"
    ).split()
)
SAYS_MORE = ("/Metadata", "/PieceInfo", "/Thumb", "/LastModified", "/Annots", "/StructParents", "/Tabs")


class Kind(StrEnum):
    """What may be attached. The values are kept in records."""

    JPEG = "jpeg"
    PNG = "png"
    PDF = "pdf"
    TEXT = "text"


REFUSALS = {
    3: "This is no kind of file that can be attached. Attach a picture (JPEG, PNG), a PDF or plain text.",
    4: "The picture is too large. Make it smaller, or attach a part of it.",
    5: "The document acts by itself, holds a form or files, or is locked. Print it into a new PDF, and attach that.",
    6: "The file is damaged or cannot be read. Open it, save it anew, and attach that.",
}
UNKNOWN, TOO_LARGE, IS_ACTIVE, DAMAGED = REFUSALS


class Refused(Exception):
    """A file that cannot be attached; says why, in words for people."""

    def __init__(self, code: int) -> None:
        super().__init__(REFUSALS.get(code, REFUSALS[DAMAGED]))
        self.code = code if code in REFUSALS else DAMAGED


@dataclass(frozen=True)
class Clean:
    """What is left of a file."""

    kind: Kind
    content: bytes


def clean(content: bytes, most_pixels: int) -> Clean:
    """The file, harmless, made so in a process of its own. Raises `Refused`."""
    kind = kind_of(content)
    words = [sys.executable, "-I", __file__, kind, str(most_pixels)]
    try:
        made = subprocess.run(words, input=content, capture_output=True, timeout=2 * SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Refused(DAMAGED) from None
    if made.returncode != 0 or not made.stdout:
        raise Refused(made.returncode)
    return Clean(kind, made.stdout)


def kind_of(content: bytes) -> Kind:
    """What it is, by how it begins; words, if it is nothing but words. Raises `Refused`."""
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if content.startswith(b"%PDF-"):
        return Kind.PDF
    if content and is_words(content):
        return Kind.TEXT
    raise Refused(UNKNOWN)


def is_words(content: bytes) -> bool:
    """Plain text in UTF-8: no signs that steer, and nothing that a program could take for its own."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    steers = any((sign < " " and sign not in "\t\n\r") or sign == "\x7f" for sign in text)
    return not steers and not text.lstrip("\ufeff \t\r\n").startswith(("<", "#!", "%!", "{\\rtf"))


def picture(content: bytes, kind: Kind, most_pixels: int) -> bytes:
    """Its points alone, the right way up: without what it says of place, time, device, or an earlier picture."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - only in the process of its own

    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(content), formats=[kind.upper()]) as found:
        if found.width * found.height > most_pixels:
            raise Refused(TOO_LARGE)
        upright = ImageOps.exif_transpose(found)
    mode = "RGB" if kind == Kind.JPEG else "RGBA"
    drawn = upright.convert(mode)
    bare, out = Image.frombytes(mode, drawn.size, drawn.tobytes()), io.BytesIO()
    bare.save(out, kind.upper(), quality=90)
    return out.getvalue()


def document(content: bytes) -> bytes:
    """Its pages alone: nothing that acts, no earlier version, nothing that says who made it or when."""
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted or len(reader.pages) > MOST_PAGES:
        raise Refused(IS_ACTIVE)
    for number, found in enumerate(objects_of(reader)):
        if number > MOST_OBJECTS or is_active(found):
            raise Refused(IS_ACTIVE)
    writer = PdfWriter()
    for page in reader.pages:
        for name in SAYS_MORE:
            page.pop(name, None)
        writer.add_page(page)
    for found in objects_of(writer):
        silence(found)
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def objects_of(file: Any) -> Iterator[Any]:
    """Every object that can be reached, each once."""
    waiting, seen = [file.trailer if hasattr(file, "trailer") else file._root_object], set()
    while waiting:
        found = waiting.pop()
        if hasattr(found, "idnum"):
            if found.idnum in seen:
                continue
            seen.add(found.idnum)
            found = found.get_object()
        yield found
        inner = found.values() if hasattr(found, "values") else found if isinstance(found, list) else ()
        waiting += [found.raw_get(key) for key in found] if hasattr(found, "raw_get") else list(inner)


def is_active(found: Any) -> bool:
    """A dictionary with a key that acts, or an action of a kind that does."""
    if not hasattr(found, "keys"):
        return False
    return bool(ACTIVE & {*found.keys(), str(found.get("/S", "")), str(found.get("/Type", ""))})


def silence(found: Any) -> None:
    """Take out what an object says of itself: where a picture in it was taken, who wrote it."""
    if not hasattr(found, "pop"):
        return
    for name in SAYS_MORE:
        if hasattr(found, "keys") and name in found:
            found.pop(name)
    if hasattr(found, "_data") and str(found.get("/Filter", "")) in ("/DCTDecode", "['/DCTDecode']"):
        found._data = without_words(found._data)


def without_words(jpeg: bytes) -> bytes:
    """A JPEG without its segments of words, APP1 to APP13 and COM, and without what comes after its end."""
    kept, at = jpeg[:2], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        mark, size = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big") + 2
        if not (0xE1 <= mark <= 0xED or mark == 0xFE):
            kept += jpeg[at : at + size]
        at += size
    ends = jpeg.find(b"\xff\xd9", at)
    return kept + (jpeg[at : ends + 2] if ends > 0 else jpeg[at:])


def main(kind: str, most_pixels: str) -> int:
    import resource  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    content = sys.stdin.buffer.read()
    try:
        if kind == Kind.PDF:
            made = document(content)
        elif kind == Kind.TEXT:
            made = content.decode().removeprefix("\ufeff").encode()
        else:
            made = picture(content, Kind(kind), int(most_pixels))
    except Refused as refusal:
        return refusal.code
    except Exception:  # whatever a library makes of a file that was made to break it
        return DAMAGED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
