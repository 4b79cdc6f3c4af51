"""A form that shows what stands in a case is a reading of it, also when it is shown again for a mistake."""

import pytest

from audit.models import AuditEvent
from casework.commands import seal_case
from tests import factories
from tests.factories import at


def looked(case) -> int:
    """How often somebody looked at the case, by the log."""
    about = AuditEvent.objects.filter(case_id=case.pk, outcome="allowed")
    return about.filter(action__in=["casework.view_case", "casework.view_bars"], is_deliberate=True).count()


def addresses(world, referral) -> dict[str, str]:
    share, bar = referral.decision, factories.barred(world, referral.case)
    return {
        "end": f"/shares/{share.public_id}/end/",
        "shorten": f"/shares/{share.public_id}/shorten/",
        "widen": f"/shares/{share.public_id}/widen/",
        "consent": f"/consents/{share.consent.public_id}/",
        "bar": f"/cases/{referral.case.reference}/bars/new/",
        "lift": f"/bars/{bar.public_id}/",
        "step": f"/steps/{referral.case.steps.filter(done_at=None).first().public_id}/",
        "address": f"/addresses/{referral.case.addresses.first().public_id}/reveal/",
    }


@pytest.mark.parametrize("form", ["end", "shorten", "widen", "consent", "bar", "lift", "step", "address"])
def test_each_form_leaves_its_event(world, accepted, form):
    address = addresses(world, accepted)[form]
    before = looked(accepted.case)
    assert world.page("supervisor").get(address).status_code == 200
    assert looked(accepted.case) > before


@pytest.mark.parametrize("form", ["shorten", "widen", "bar", "step", "address"])
def test_and_so_does_one_that_is_shown_again(world, accepted, form):
    address = addresses(world, accepted)[form]
    before = looked(accepted.case)
    assert world.page("supervisor").post(address, {}).status_code in {400, 409}
    assert looked(accepted.case) > before


def test_whom_a_seal_names_is_read_with_an_event(world, case):
    named = [world.supervisor, world.caseworker, world.colleague]
    seal_case(actor=world.supervisor, case=case, workers=named, reason="honour_based", now=at())
    before = looked(case)
    page = world.page("supervisor").get(f"/cases/{case.reference}/seal/take-off/")
    assert "Colleague Person" in page.text
    assert looked(case) == before + 1


@pytest.mark.parametrize("who", ["colleague", "partner", "outsider"])
def test_who_is_refused_the_form_has_looked_at_nothing(world, accepted, who):
    address = addresses(world, accepted)["lift"]
    before = looked(accepted.case)
    assert world.page(who).get(address).status_code in {403, 404}
    assert looked(accepted.case) == before
