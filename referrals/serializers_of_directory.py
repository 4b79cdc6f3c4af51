"""The shapes of the API of the directory: the standard's own for what is public, ours for what is not."""

from typing import Any

from rest_framework import serializers

from casework.models import Level
from casework.serializers import Code, Moment, Strict
from referrals import entries
from referrals.models import ByAndFor, Service
from referrals.plans import CapacityPlan
from referrals.queries import Directory, public_entry

MANY = 999


class DirectoryQuery(Strict):
    page = serializers.IntegerField(default=1, min_value=1, max_value=10_000)
    per_page = serializers.IntegerField(default=50, min_value=1, max_value=100)
    full = serializers.BooleanField(default=False, help_text="With everything that a service has several of.")


class PublicServiceOut(serializers.Serializer):
    """A service as Open Referral describes it (HSDS 3, the UK profile): these fields, and any other of the standard."""

    id = serializers.CharField()
    name = serializers.CharField()
    status = serializers.CharField()


class DirectoryOut(serializers.Serializer):
    """A page of services in the shape of the standard's lists."""

    total_items = serializers.IntegerField()
    total_pages = serializers.IntegerField()
    page_number = serializers.IntegerField()
    size = serializers.IntegerField()
    first_page = serializers.BooleanField()
    last_page = serializers.BooleanField()
    empty = serializers.BooleanField()
    contents = PublicServiceOut(many=True)


class PrivateOut(serializers.Serializer):
    """What only those who refer to a service may know of it. Null is not said; an empty list is any."""

    capacity_now = serializers.IntegerField(allow_null=True, help_text="0: full.")
    capacity_at = Moment(allow_null=True)
    waitlist_length = serializers.IntegerField(allow_null=True)
    waiting_days = serializers.IntegerField(allow_null=True)
    risk_bands = serializers.ListField(child=Code(Level.choices))
    takes_nrpf = serializers.BooleanField(allow_null=True)
    takes_men = serializers.BooleanField(allow_null=True)
    takes_women = serializers.BooleanField(allow_null=True)
    takes_sons_until = serializers.IntegerField(allow_null=True)
    wheelchair = serializers.BooleanField(allow_null=True)
    pets = serializers.BooleanField(allow_null=True)
    by_and_for = serializers.ListField(child=Code(ByAndFor.choices))
    outside_area_only = serializers.BooleanField()
    beds = serializers.DictField(child=serializers.IntegerField())
    secure_contact = serializers.CharField()


class CapacityIn(Strict):
    """How many places there are now. What is left out or null is not said."""

    capacity_now = serializers.IntegerField(min_value=0, max_value=MANY, help_text="0: full.")
    waitlist_length = serializers.IntegerField(default=None, allow_null=True, min_value=0, max_value=MANY)
    waiting_days = serializers.IntegerField(default=None, allow_null=True, min_value=0, max_value=MANY)

    @classmethod
    def plan(cls, data: Any) -> CapacityPlan:
        return CapacityPlan(**cls.read(data))


def directory_body(page: Directory, size: int, *, is_full: bool) -> entries.Entry:
    found = [public_entry(service) for service in page.services]
    brief = found if is_full else [entries.in_brief(entry) for entry in found]
    return entries.listed(brief, number=page.number, size=size, total=page.total)


def whole(service: Service) -> dict[str, Any]:
    """All that a page shows of a service or lets one change, as plain values: what its version is of."""
    return {field.attname: getattr(service, field.attname) for field in service._meta.concrete_fields}
