"""A form that shows what stands in a case is a reading of it, also when it is shown again for a mistake."""

import pytest

from audit.models import AuditEvent
from casework.commands import open_in_emergency, seal_case
from referrals.models import Referral
from tests import factories
from tests.factories import TOKENS, at


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
        "known": f"/cases/{referral.case.reference}/known/",
        "address": f"/addresses/{referral.case.addresses.first().public_id}/reveal/",
    }


@pytest.mark.parametrize("form", ["end", "shorten", "widen", "consent", "bar", "lift", "step", "known", "address"])
def test_each_form_leaves_its_event(world, accepted, form):
    address = addresses(world, accepted)[form]
    before = looked(accepted.case)
    assert world.page("supervisor").get(address).status_code == 200
    assert looked(accepted.case) > before


@pytest.mark.parametrize("form", ["shorten", "widen", "bar", "step", "known", "address"])
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


def test_ones_own_emergency_is_shown_with_its_event_and_on_a_refusal_which_takes_that_along_not_at_all(world, case):
    said = {"reason": "missing", "words": "Not at home.", "categories": ["contact"]}
    open_in_emergency(actor=world.outsider, reference=case.reference, now=at(), **said)
    page, before = world.page("outsider"), looked(case)
    assert case.reference in page.get("/emergency/").text
    assert looked(case) == before + 1
    refused = page.post("/emergency/", said | {"reference": "0000-0000-000"})
    assert (refused.status_code, case.reference in refused.text) == (404, False)


def test_what_the_api_answers_to_an_act_is_a_reading_too(world, case):
    referral = factories.drafted(world.caseworker, case, world.services["harbour"])
    Referral.objects.filter(pk=referral.pk).update(language=TOKENS.language)
    answer = world.api("caseworker").post(
        f"/api/v1/referrals/{referral.reference}/withdraw", {"reason": "not_needed"}, format="json"
    )
    assert answer.data["language"] == TOKENS.language
    (event,) = AuditEvent.objects.filter(action="referrals.view_referral", subject_id=referral.pk)
    assert event.categories == ["identity"]
