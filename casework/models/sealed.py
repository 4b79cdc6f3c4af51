"""Fields that stand in the database encrypted, and what they are looked up by.

A value is opened when the attribute is read, not when its row is: a list opens nothing. Each value is bound to its
case, its field and the name of its row. An empty value is NULL: that nothing was said is no secret.
"""

import json
from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.query_utils import DeferredAttribute

from accounts import vault
from casework.models.keys import key_of


class Sealed(bytes):
    """A value as it stands in the database. Once opened it remembers what it holds, for as long as its record lives."""

    opened: Any = None


class SealedAttribute(DeferredAttribute):
    """Opens on reading. What is set stays as it is until the record is saved."""

    field: "SealedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, Sealed):
            return self.field.empty() if value is None and instance is not None else value
        if value.opened is None:
            value.opened = self.field.open(instance, value)
        return value.opened

    def __set__(self, instance: Any, value: Any) -> None:
        """There so that reading comes by here: Python looks into the record itself first, where nothing sets."""
        instance.__dict__[self.field.attname] = value


class SealedField(models.Field):
    """Common to the sealed fields. Neither filtered, sorted nor changed by a query: only a record knows its key."""

    descriptor_class = SealedAttribute
    empty: Callable[[], Any] = str

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"null": True, "blank": True, "editable": False})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        for fixed in ("null", "blank", "editable"):
            options.pop(fixed, None)
        return name, path, args, options

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: Any, add: bool) -> Sealed | None:
        value = model_instance.__dict__[self.attname]
        return value if isinstance(value, Sealed) else self.close(model_instance, value)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Sealed | bool):
            return value
        raise TypeError(f"{self.name} is sealed: set it on a record and save that")

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if prepared else self.get_prep_value(value)

    def close(self, record: Any, value: Any) -> Sealed | None:
        """The value sealed for its place; None for an empty one."""
        if value in (None, self.empty()):
            return None
        plain = self.as_bytes(value)
        return Sealed(vault.seal(key_of(record.case_id), plain, case_id=record.case_id, place=self.place(record)))

    def open(self, record: Any, sealed: Sealed) -> Any:
        """What was sealed. Raises `VaultProblem`."""
        key = key_of(record.case_id)
        return self.as_value(vault.unseal(key, sealed, case_id=record.case_id, place=self.place(record)))

    def place(self, record: Any) -> str:
        """The field and the row: neither moves without the value being sealed anew."""
        row = getattr(record, "public_id", None) or record.reference
        return f"{record._meta.db_table}.{self.name}|{row}"

    def as_bytes(self, value: Any) -> bytes:
        raise NotImplementedError

    def as_value(self, plain: bytes) -> Any:
        raise NotImplementedError


class SealedText(SealedField):
    """Words."""

    def as_bytes(self, value: str) -> bytes:
        return str(value).encode()

    def as_value(self, plain: bytes) -> str:
        return plain.decode()


class SealedBytes(SealedField):
    """A file."""

    empty = bytes

    def as_bytes(self, value: bytes) -> bytes:
        return value

    def as_value(self, plain: bytes) -> bytes:
        return plain


class SealedJSON(SealedField):
    """An object, whole: its keys are sealed with it."""

    empty = dict

    def as_bytes(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False).encode()

    def as_value(self, plain: bytes) -> Any:
        return json.loads(plain)


class Mark(models.BinaryField):
    """A blind index, made with a key of its own when the record is: `of` names the method that says of what."""

    def __init__(self, *args: Any, of: str = "", **options: Any) -> None:
        self.of = of
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, options | ({"of": self.of} if self.of else {})

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        if add and self.of and not getattr(model_instance, self.attname):
            setattr(model_instance, self.attname, getattr(model_instance, self.of)())
        return super().pre_save(model_instance, add)


def are_sealed(name: str, *columns: str) -> models.CheckConstraint:
    """The constraint that each of these columns holds a ciphertext of our format, or nothing."""
    parts = (
        f"({column} IS NULL OR (substring({column} from 1 for 1) = '\\x{vault.FORMAT.hex()}'::bytea "
        f"AND octet_length({column}) > {vault.LEAST_BYTES}))"
        for column in columns
    )
    return models.CheckConstraint(
        condition=RawSQL(" AND ".join(parts), [], output_field=models.BooleanField()),  # noqa: S611 - of our own names
        name=name,
    )
