"""Points in metres of the British National Grid, and addresses that are known to everybody: reference data."""

from typing import Any

from django.contrib.postgres.indexes import GistIndex
from django.db import models

from accounts.models import Partnership

Point = tuple[float, float]


class PointField(models.Field):
    """PostgreSQL's own point: easting and northing."""

    def db_type(self, connection: Any) -> str:
        return "point"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Point | None:
        if value is None:
            return None
        easting, northing = value.strip("()").split(",")
        return float(easting), float(northing)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else f"({value[0]},{value[1]})"


class ListedAddress(models.Model):
    """One address of the area of a partnership, from a public list. That it is there says nothing of anybody.

    `place` is the address as it is compared (`casework.places`). No blind key stands beside it: it would tell whoever
    has the database which of these a case is about.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    lines = models.CharField(max_length=200)
    postcode = models.CharField(max_length=10)
    place = models.CharField(max_length=100)
    spot = PointField()
    source = models.CharField(max_length=200)
    valid_from = models.DateField()

    class Meta:
        default_permissions = ()
        verbose_name_plural = "listed addresses"
        permissions = [("load_addresses", "Load the public list of addresses")]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "lines", "postcode"], name="address_is_listed_once_for_each_partnership"
            ),
        ]
        indexes = [
            GistIndex(fields=["spot"], name="listed_address_spot"),
            models.Index(fields=["partnership", "place"], name="listed_address_place"),
        ]

    def __str__(self) -> str:
        return f"{self.lines}, {self.postcode}"
