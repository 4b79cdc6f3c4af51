"""What a pilot borough would try first, each by the name it goes by; other specs try the same in every way there is."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework import commands
from casework.models import Party, new_reference
from casework.plans import VictimReport
from casework.queries import reveal_address
from referrals.models import Referral
from referrals.states import ReferralStatus
from tests import factories
from tests.conftest import World, events
from tests.factories import TOKENS, at

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
BORN = date(1990, 4, 5)
ONE_CASE = ("/cases/{}/", "/cases/{}/history/", "/api/v1/cases/{}/", "/api/v1/cases/{}/history")


def asked(client, path: str) -> tuple[int, int]:
    """The status, and how many statements it took: who counts time counts these."""
    with CaptureQueriesContext(connection) as statements:
        answer = client.get(path)
    return answer.status_code, len(statements)


def test_barred_agency_user_cannot_tell_a_case_exists_by_timing_count_error_autocomplete_export_or_audit(
    world: World, accepted: Referral
):
    commands.bar_from_case(
        actor=world.supervisor, case=accepted.case, who=world.agencies["harbour"], reason="knows_them", now=at()
    )
    for who in ("partner", "partner_supervisor"):
        page, api = world.page(who), world.api(who)
        nothing = new_reference()
        for path in ONE_CASE:
            assert asked(page, path.format(accepted.case.reference)) == asked(page, path.format(nothing))
            there, absent = (
                TOKEN.sub("", page.get(path.format(name)).text) for name in (accepted.case.reference, nothing)
            )
            assert there.replace(accepted.case.reference, nothing) == absent
        assert api.get("/api/v1/cases/").json()["cases"] == []
        assert accepted.case.reference not in page.get("/cases/").text
        assert accepted.reference not in page.get("/inbox/").text
        search = {"name": TOKENS.name, "telephone": TOKENS.route}
        assert api.post("/api/v1/people/search", search, format="json").status_code in {200, 403}


@pytest.mark.parametrize("status", ["draft", "sent", "accepted"])
def test_every_open_referral_has_an_owner_and_due_time(world: World, case, status: str):
    service = world.services["harbour"]
    make = {
        "draft": lambda: factories.drafted(world.caseworker, case, service),
        "sent": lambda: factories.sent(world.caseworker, case, service),
        "accepted": lambda: factories.accepted(world.caseworker, world.partner, case, service),
    }
    referral = make[status]()
    assert referral.status == ReferralStatus(status)
    assert (referral.owner_agency_id is not None, referral.due_at is not None, bool(referral.due_source)) == (True,) * 3
    assert referral.case.steps.filter(done_at=None, due_at__isnull=False, owner_agency__isnull=False).exists()


def test_same_name_same_dob_pair_stays_separate(world: World):
    alike = VictimReport(name="Zoë Łasińska-Khan", date_of_birth=BORN)
    for telephone in ("020 7946 0301", "020 7946 0302"):
        route = factories.report().routes[0]
        factories.logged(world.caseworker, victim=alike, routes=(type(route)(route.kind, telephone, route.safety),))
    found = Party.objects.filter(role="victim", name=alike.name, date_of_birth=BORN)
    assert found.count() == 2
    assert len({party.person_id for party in found}) == 2


def test_audit_row_exists_for_each_reveal(world: World, case):
    address = case.addresses.get()
    for reason in ("visit", "safety_plan", "visit"):
        reveal_address(actor=world.caseworker, public_id=address.public_id, reason=reason)
    revealed = events("casework.reveal_address", subject_id=address.pk, outcome="allowed")
    assert [event.actor_id for event in revealed] == [world.caseworker.pk] * 3
    assert sorted(event.purpose or event.detail.get("why", "") for event in revealed)
