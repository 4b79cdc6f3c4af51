"""What goes out of contacts: as they stand in a case, while they are being written, and where they were made."""

from typing import Any

from rest_framework import serializers

from accounts.bodies import Code, Moment
from casework.models import Caller, CaseKind, Channel, Checked, Contact, CutOff, Danger, HubKind, Marker
from casework.states import ContactStatus

Out = serializers.Serializer
Words = serializers.CharField


class ContactDangerOut(Out):
    danger = Code(Danger.choices)
    markers = serializers.ListField(child=Code(Marker.choices), help_text="What was named. It grades nobody.")


class ContactNoteOut(Out):
    channel = Code(Channel.choices)
    happened_at = Moment()
    caller = Code(Caller.choices, allow_blank=True)
    safe_to_talk = Code(Danger.choices, allow_blank=True)
    alone = Code(Danger.choices, allow_blank=True)
    if_cut_off = Code(CutOff.choices, allow_blank=True, help_text="What was agreed for when the line goes dead.")
    said = Words(help_text="In their words.")
    wanted = Words(help_text="What they want to happen.")
    opinion = Words(help_text="What the worker thinks.")
    kind = Code(CaseKind.choices, allow_blank=True)
    hub = Words(allow_null=True, help_text="At which hub, in person.")
    cut_short = serializers.BooleanField(help_text="They had to hang up.")


class EmergencyCallOut(Out):
    """A call to 999."""

    called_at = Moment()
    police_reference = Words()
    said_where = serializers.BooleanField(help_text="The address was read out.")
    note = Words()


class CallerOut(Out):
    """Who made contact, when that is not the victim."""

    contact = Words(source="contact.reference")
    name = Words()
    organisation = Words()
    post = Words()
    call_back = Words()
    checked = Code(Checked.choices, allow_blank=True)
    relation = Words()
    how_they_know = Words()
    may_be_named = Code(Danger.choices, allow_blank=True)
    aware = Code(Danger.choices, allow_blank=True)
    agrees = Code(Danger.choices, allow_blank=True)
    assessed_with = Words()
    assessed_on = serializers.DateField(allow_null=True)
    age = serializers.IntegerField(allow_null=True)
    heard = Words()
    asked_for = Words()


class ContactOut(Out):
    reference = Words()
    case = Words(help_text="Reference of its case.")
    status = Code(ContactStatus.choices)
    started_at = Moment()


class CalledOut(Out):
    call = serializers.UUIDField(source="public_id")
    called_at = Moment()


class HubOut(Out):
    code = Words()
    name = Words()
    kind = Code(HubKind.choices)


class HubsOut(Out):
    hubs = HubOut(many=True)


class ContactsOut(Out):
    contacts = ContactOut(many=True)


class DraftOut(ContactOut):
    draft = serializers.DictField()


def draft_body(contact: Contact) -> dict[str, Any]:
    """The whole answer to a reading of a draft."""
    return DraftOut(contact).data
