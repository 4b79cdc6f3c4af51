"""The shapes of the API of files."""

import base64
import binascii
from typing import Any

from rest_framework import serializers

from accounts.bodies import Code, Moment, Strict
from casework.categories import Category
from casework.cleaning import Kind
from casework.models.attachments import FOUND

Out = serializers.Serializer
Words = serializers.CharField


class FileOut(Out):
    """One attached file, without what is in it."""

    id = serializers.UUIDField(source="public_id")
    category = Code(Category.choices)
    kind = Code([(kind.value, kind.name) for kind in Kind])
    title = Words()
    size = serializers.IntegerField(help_text="Bytes, as it is kept.")
    digest = Words(help_text="SHA-256 of what is kept, in hexadecimal.")
    scanned = Code([(found.value, label) for found, label in FOUND.items()], help_text="What the scanner said.")
    added_at = Moment()


class FilesOut(Out):
    files = FileOut(many=True)


class ContentOut(FileOut):
    content = Words(help_text="What is in it, in Base64.")


class FileIn(Strict):
    category = Code(Category.choices, help_text="Whoever is shown this of the case is shown the file too.")
    title = serializers.CharField(max_length=100)
    content = serializers.CharField(help_text="The file in Base64: a JPEG, PNG, PDF or plain text.")

    def validate_content(self, value: str) -> bytes:
        return decoded(value)


def decoded(text: str) -> bytes:
    """What stands there in Base64. Raises DRF's `ValidationError`."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise serializers.ValidationError("Send the file in Base64.") from None


def content_body(file: Any, content: bytes) -> dict[str, Any]:
    return {**FileOut(file).data, "content": base64.b64encode(content).decode()}
