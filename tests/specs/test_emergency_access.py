"""Emergency access: a worker of another agency opens a case now, for a reason, for hours; its holder reviews it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from accounts.authorization import Denied, NotPossibleNow, NotVisible
from accounts.models import Notice
from audit.models import AuditEvent, Outcome
from casework.categories import labels
from casework.commands import bar_from_case, close_emergency, open_in_emergency, review_emergency, seal_case
from casework.models import Case, EmergencyAccess, Party, RiskLevel, new_reference
from casework.policy import categories_for, holds, visible_cases
from tests import factories
from tests.as_the_web import become
from tests.factories import TOKENS, at
from tests.world import World

SAID = {"reason": "life_at_risk", "words": "He is at her door.", "categories": ["identity", "risk"]}


def opened(world: World, case: Case, who: str = "outsider", **said: object) -> EmergencyAccess:
    return open_in_emergency(actor=world.people[who], reference=case.reference, now=at(), **SAID | said)


def reads(world: World, case: Case, who: str = "outsider") -> str:
    return world.page(who).get(f"/cases/{case.reference}/").content.decode()


def test_before_it_the_case_does_not_exist_for_them(world: World, case: Case):
    assert world.page("outsider").get(f"/cases/{case.reference}/").status_code == 404


def test_they_see_the_categories_they_asked_for_and_no_others(world: World, case: Case):
    opened(world, case)
    text = reads(world, case)
    assert TOKENS.name in text
    assert [token for token in (TOKENS.said, TOKENS.route, TOKENS.lines, TOKENS.support_needs) if token in text] == []


def test_a_banner_stands_over_every_page_of_the_case(world: World, case: Case):
    access = opened(world, case)
    for page in ("", "referrals/"):
        text = world.page("outsider").get(f"/cases/{case.reference}/{page}").content.decode()
        assert "Emergency access until" in text
    api = world.api("outsider").get(f"/api/v1/cases/{case.reference}/").json()
    assert api["emergency_until"].startswith(f"{access.until:%Y-%m-%dT%H:%M}")


def test_their_colleagues_see_nothing_of_it(world: World, case: Case):
    opened(world, case)
    assert world.page("officer").get(f"/cases/{case.reference}/").status_code == 404
    assert [who for who in ("officer", "partner") if visible_cases(world.people[who]).exists()] == []


def test_both_locks_say_the_same(world: World, case: Case):
    opened(world, case)
    assert categories_for(world.outsider, case) == {"identity", "risk"}
    assert not holds(world.outsider, case.pk)
    with become("front_door_web"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT act_as(%s, NULL)", [world.outsider.pk])
        assert list(Case.objects.values_list("pk", flat=True)) == [case.pk]
        assert set(Party.objects.values_list("role", flat=True)) == {"victim"}
        assert RiskLevel.objects.count() == 1
        assert case.addresses.count() + case.steps.count() + case.decisions.count() == 0


def test_it_ends_at_its_second(world: World, case: Case):
    access = opened(world, case)
    ago = timedelta(hours=4, seconds=1)
    EmergencyAccess.objects.filter(pk=access.pk).update(opened_at=F("opened_at") - ago, until=F("until") - ago)
    assert world.page("outsider").get(f"/cases/{case.reference}/").status_code == 404
    assert categories_for(world.outsider, case) == frozenset()


def test_whoever_opened_it_can_end_it(world: World, case: Case):
    access = opened(world, case)
    assert world.page("outsider").post("/emergency/close/").status_code == 302
    assert world.page("outsider").get(f"/cases/{case.reference}/").status_code == 404
    with pytest.raises(NotPossibleNow):
        close_emergency(actor=world.outsider, access=access, now=at())


def test_nobody_ends_anothers(world: World, case: Case):
    access = opened(world, case)
    with pytest.raises(NotVisible):
        close_emergency(actor=world.officer, access=access, now=at())


def test_a_second_waits_until_the_first_was_reviewed(world: World, case: Case):
    access, other = opened(world, case), factories.opened(world.caseworker)
    with pytest.raises(NotPossibleNow, match="has not been reviewed"):
        opened(world, other)
    review_emergency(actor=world.supervisor, access=access, finding="justified", review="A call log.", now=at())
    assert opened(world, other).case == other


def test_a_review_ends_it(world: World, case: Case):
    access = opened(world, case)
    review_emergency(actor=world.supervisor, access=access, finding="not_justified", review="No call.", now=at())
    assert world.page("outsider").get(f"/cases/{case.reference}/").status_code == 404


def test_it_is_reviewed_once(world: World, case: Case):
    access = opened(world, case)
    review_emergency(actor=world.supervisor, access=access, finding="justified", review="A call log.", now=at())
    with pytest.raises(NotPossibleNow):
        review_emergency(actor=world.supervisor, access=access, finding="learning", review="Again.", now=at())


@pytest.mark.parametrize("who", ["caseworker", "auditor", "partner_supervisor", "outsider", "officer", "stranger"])
def test_only_a_supervisor_of_the_holder_reviews(world: World, case: Case, stranger, who: str):
    access = opened(world, case)
    with pytest.raises((Denied, NotVisible)):
        review_emergency(actor=world.people[who], access=access, finding="justified", review="Mine.", now=at())


def test_nobody_reviews_their_own(world: World, case: Case):
    """Not even by SQL: somebody may have moved to the agency that holds the case since."""
    access = opened(world, case)
    with pytest.raises(IntegrityError, match="nobody_reviews_their_own_emergency_access"), transaction.atomic():
        EmergencyAccess.objects.filter(pk=access.pk).update(
            reviewed_at=at(), reviewed_by=world.outsider, finding="justified", review="Mine."
        )


def test_the_holders_supervisors_are_told_at_once_and_by_reference_only(world: World, case: Case):
    Notice.objects.all().delete()
    opened(world, case)
    told = Notice.objects.values_list("kind", "recipient", "reference")
    assert list(told) == [("emergency_opened", world.supervisor.pk, case.reference)]


def test_it_stands_on_their_list_until_it_is_reviewed(world: World, case: Case):
    access = opened(world, case)
    supervisor = world.page("supervisor")
    assert case.reference in supervisor.get("/reviews/").content.decode()
    assert "opened in an emergency" in reads(world, case, "supervisor")
    answer = supervisor.post(
        f"/reviews/{access.public_id}/", {"finding": "justified", "review": "I read the police log."}
    )
    assert answer.status_code == 302
    assert case.reference not in supervisor.get("/reviews/").content.decode()


def test_the_review_shows_what_was_read(world: World, case: Case):
    access = opened(world, case)
    reads(world, case)
    review = world.api("supervisor").get(f"/api/v1/reviews/{access.public_id}/").json()
    assert [reading["categories"] for reading in review["readings"]] == [["identity", "risk"]]
    event = AuditEvent.objects.filter(action="casework.view_case", actor_id=world.outsider.pk).get()
    assert (event.purpose, event.detail["emergency"]) == ("emergency", access.pk)
    page = world.page("supervisor").get(f"/reviews/{access.public_id}/").text
    assert f'Asked to see</dt><dd class="govuk-summary-list__value">{labels(access.categories)}</dd>' in page


def test_that_it_was_opened_stands_in_the_history(world: World, case: Case):
    opened(world, case)
    event = AuditEvent.objects.get(action="casework.open_in_emergency")
    assert (event.case_id, event.reason, event.categories) == (case.pk, "life_at_risk", ["identity", "risk"])


@pytest.mark.parametrize("shut", ["barred", "agency barred", "sealed"])
def test_who_is_shut_out_gets_what_they_would_for_no_case_at_all(world: World, case: Case, shut: str):
    if shut == "sealed":
        seal_case(
            actor=world.supervisor,
            case=case,
            workers=[world.supervisor, world.caseworker],
            reason="honour_based",
            now=at(),
        )
    else:
        who = world.outsider if shut == "barred" else world.outsider.agency
        bar_from_case(actor=world.supervisor, case=case, who=who, reason="knows_them", now=at())
    absent = new_reference()
    for ask in (by_page, by_api):
        answers = []
        for reference in (case.reference, absent):
            with CaptureQueriesContext(connection) as asked:
                response = ask(world, reference)
            body = response.content.decode().replace(reference, "")
            answers.append((response.status_code, len(body), len(asked)))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
    assert not EmergencyAccess.objects.exists()
    assert AuditEvent.objects.filter(action="casework.open_in_emergency", outcome=Outcome.NOT_FOUND).count() == 4


def by_page(world: World, reference: str):
    return world.page("outsider").post("/emergency/", SAID | {"reference": reference})


def by_api(world: World, reference: str):
    return world.api("outsider").post("/api/v1/emergency", SAID | {"reference": reference}, format="json")


def test_a_bar_ends_what_is_open(world: World, case: Case):
    opened(world, case)
    bar_from_case(actor=world.supervisor, case=case, who=world.outsider, reason="knows_them", now=at())
    assert world.page("outsider").get(f"/cases/{case.reference}/").status_code == 404
    assert world.page("outsider").get("/emergency/").status_code == 200
    assert case.reference not in world.page("outsider").get("/emergency/").content.decode()


def test_a_case_of_another_partnership_does_not_exist(world: World, case: Case, stranger):
    with pytest.raises(NotVisible):
        opened(world, case, "stranger")


def test_the_holders_own_workers_open_it_as_they_always_do(world: World, case: Case):
    with pytest.raises(NotPossibleNow, match="Your agency holds this case"):
        opened(world, case, "caseworker")


@pytest.mark.parametrize("who", ["auditor", "police_system"])
def test_some_roles_never_may(world: World, case: Case, who: str):
    with pytest.raises(Denied):
        opened(world, case, who)


@pytest.mark.parametrize(
    ("said", "where"),
    [({"reason": "curious"}, "reason"), ({"words": " "}, "words"), ({"categories": []}, "categories")],
)
def test_a_reason_words_and_categories_are_needed(world: World, case: Case, said: dict, where: str):
    with pytest.raises(ValidationError) as refusal:
        opened(world, case, **said)
    assert set(refusal.value.message_dict) == {where}


def test_from_the_form_straight_to_the_case(world: World, case: Case):
    client = world.page("outsider")
    answer = client.post("/emergency/", SAID | {"reference": case.reference.lower()})
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.reference}/")


def test_what_was_typed_stays_when_there_is_no_such_case(world: World):
    answer = by_page(world, new_reference())
    assert SAID["words"] in answer.content.decode()


def test_the_api_does_all_of_it(world: World, case: Case):
    outsider, supervisor = world.api("outsider"), world.api("supervisor")
    access = by_api(world, case.reference).json()
    assert (access["case"], access["categories"]) == (case.reference, ["identity", "risk"])
    assert outsider.post("/api/v1/emergency/close", {}, format="json").json()["closed_at"]
    [waiting] = supervisor.get("/api/v1/reviews/").json()["reviews"]
    assert (waiting["id"], waiting["worker"]) == (access["id"], world.outsider.name)
    said = {"finding": "learning", "review": "Ring the duty officer next time."}
    address = f"/api/v1/reviews/{access['id']}/"
    assert supervisor.post(address, said, format="json").status_code == 204
    assert supervisor.post(address, said, format="json").status_code == 409
    assert supervisor.get("/api/v1/reviews/").json()["reviews"] == []
