"""Who must not see a case: a supervisor bars, seals and lifts, by page or API, and sees first what that will do."""

import pytest

from casework.commands import bar_from_case, complete_step
from casework.models import Bar, Case, NextStep, SealMember
from referrals.models import Referral
from tests import factories
from tests.conftest import events
from tests.factories import at
from tests.world import World

REASON = {"reason": "knows_them"}


def bars(case: Case) -> list[object]:
    return [bar.worker or bar.agency for bar in Bar.objects.filter(case=case, lifted_at=None).order_by("pk")]


def named(case: Case) -> set[object]:
    return {member.worker for member in SealMember.objects.filter(case=case, ended_at=None)}


def said(page: str) -> str:
    """What stands under "If you do this"."""
    return page.partition("If you do this")[2].partition("</ul>")[0]


def test_what_a_bar_does_besides_is_shown_before_it_is_done(world: World, case: Case):
    case.steps.update(owner=world.caseworker)
    address, client = f"/cases/{case.reference}/bars/new/", world.page("supervisor")
    form = {"worker": world.caseworker.email, "agency": "", **REASON}
    warned = client.post(address, form)
    text = said(warned.content.decode())
    assert f"{case.steps.count()} next steps of {world.caseworker} pass to you." in text
    assert "The case is yours from then on." in text
    assert (warned.status_code, bars(case)) == (200, [])
    done = client.post(address, form | {"confirmed": f"{world.caseworker.email}||knows_them"})
    assert (done.status_code, bars(case)) == (302, [world.caseworker])
    assert {step.owner for step in case.steps.all()} == {world.supervisor}


def test_another_choice_than_was_warned_of_is_warned_of_anew(world: World, case: Case):
    form = {"worker": world.officer.email, "agency": "", **REASON, "confirmed": f"{world.partner.email}||knows_them"}
    answer = world.page("supervisor").post(f"/cases/{case.reference}/bars/new/", form)
    assert (answer.status_code, bars(case)) == (200, [])


def test_a_share_that_would_end_is_named(world: World, accepted: Referral):
    harbour = world.agencies["harbour"]
    form = {"worker": "", "agency": harbour.pk, **REASON}
    answer = world.page("supervisor").post(f"/cases/{accepted.case.reference}/bars/new/", form)
    assert f"What is shared with {harbour} ends, and a referral there comes back to you." in said(answer.text)
    form = {"worker": world.partner.email, "agency": "", **REASON}
    answer = world.page("supervisor").post(f"/cases/{accepted.case.reference}/bars/new/", form)
    assert f"passes to the duty queue of {harbour}" in said(answer.text)


@pytest.mark.parametrize(
    ("worker", "agency"), [("", False), ("officer", True), ("nobody@police.example", False), ("not an address", False)]
)
def test_one_worker_or_one_agency_that_is_there(world: World, case: Case, worker: str, agency: bool):
    email = world.people[worker].email if worker in world.people else worker
    form = {"worker": email, "agency": world.officer.agency_id if agency else "", **REASON}
    answer = world.page("supervisor").post(f"/cases/{case.reference}/bars/new/", form)
    assert (answer.status_code, "Error: " in answer.text, bars(case)) == (400, True, [])


def test_a_worker_of_another_partnership_is_nobody_here(world: World, case: Case, stranger):
    body = {"worker": stranger.email, **REASON}
    answer = world.api("supervisor").post(f"/api/v1/cases/{case.reference}/bars", body, format="json")
    assert (answer.status_code, bars(case)) == (400, [])


def test_who_is_barred_stands_on_the_page_until_it_is_lifted(world: World, case: Case):
    bar = bar_from_case(actor=world.supervisor, case=case, who=world.officer, reason="knows_them", now=at())
    client, address = world.page("supervisor"), f"/cases/{case.reference}/bars/"
    assert str(world.officer) in client.get(address).text
    assert str(world.officer) in client.get(f"/bars/{bar.public_id}/").text
    assert client.post(f"/bars/{bar.public_id}/").status_code == 302
    assert bars(case) == []
    assert "Bars that were lifted" in client.get(address).text


def test_a_seal_is_made_changed_and_lifted_on_pages(world: World, accepted: Referral):
    case, client = accepted.case, world.page("supervisor")
    seal = f"/cases/{case.reference}/seal/"
    form = {"reason": "honour_based", "workers_named": f"{world.caseworker.email}\n{world.colleague.email.upper()}"}
    text = said(client.post(seal, form).text)
    assert f"What is shared with {world.agencies['harbour']} ends" in text
    assert client.post(seal, form | {"confirmed": "|".join(form.values())}).status_code == 302
    assert named(case) == {world.supervisor, world.caseworker, world.colleague}
    assert "Honour-based abuse" in client.get(f"/cases/{case.reference}/bars/").text
    one = {"worker": world.partner.email, "confirmed": world.partner.email}
    assert client.post(f"{seal}name/", one).status_code == 302
    case.steps.filter(done_at=None).update(owner=world.colleague)
    off = {"worker": world.colleague.pk}
    assert f"of {world.colleague} pass" in said(client.post(f"{seal}take-off/", off).text)
    assert client.post(f"{seal}take-off/", off | {"confirmed": world.colleague.pk}).status_code == 302
    assert named(case) == {world.supervisor, world.caseworker, world.partner}
    assert SealMember.objects.filter(reason="honour_based").count() == 4
    assert client.post(f"{seal}lift/").status_code == 302
    assert named(case) == set()


def test_too_few_for_a_seal_is_said_at_the_form(world: World, case: Case):
    form = {"reason": "staff_linked", "workers_named": world.supervisor.email}
    confirmed = form | {"confirmed": "|".join(form.values())}
    answer = world.page("supervisor").post(f"/cases/{case.reference}/seal/", confirmed)
    assert (answer.status_code, "Name two workers or more" in answer.text, named(case)) == (400, True, set())


def test_what_is_shut_already_is_said_at_the_form(world: World, case: Case):
    bar_from_case(actor=world.supervisor, case=case, who=world.officer, reason="knows_them", now=at())
    form = {"worker": world.officer.email, "agency": "", **REASON, "confirmed": f"{world.officer.email}||knows_them"}
    answer = world.page("supervisor").post(f"/cases/{case.reference}/bars/new/", form)
    assert (answer.status_code, "barred from this case already" in answer.text) == (409, True)


def test_the_api_does_all_of_it(world: World, case: Case):
    api, address = world.api("supervisor"), f"/api/v1/cases/{case.reference}"

    def post(path: str, **body: object) -> int:
        return api.post(path, body, format="json").status_code

    assert post(f"{address}/bars", worker=world.officer.email, **REASON) == 201
    assert post(f"{address}/bars", agency=world.agencies["refuge"].pk, **REASON) == 201
    [newest, oldest] = api.get(f"{address}/bars").json()["bars"]
    assert (newest["agency"], oldest["worker"]) == (str(world.agencies["refuge"]), world.officer.email)
    assert post(f"/api/v1/bars/{oldest['id']}/lift") == 200
    assert post(f"{address}/seal", reason="staff_linked", workers=[world.caseworker.email]) == 200
    assert post(f"{address}/seal/name", worker=world.colleague.email) == 200
    assert post(f"{address}/seal/take-off", worker=world.caseworker.email) == 200
    sealed = api.get(f"{address}/bars").json()
    assert [(each["worker"], each["reason"]) for each in sealed["seal"]] == [
        (world.supervisor.email, "staff_linked"),
        (world.colleague.email, "staff_linked"),
    ]
    assert len(sealed["lifted"]) == 1
    assert post(f"{address}/seal/lift") == 200
    assert named(case) == set()


def test_an_act_decided_upon_what_is_no_longer_so_is_refused(world: World, case: Case):
    api, address = world.api("supervisor"), f"/api/v1/cases/{case.reference}/bars"
    tag = api.get(address)["ETag"]
    bar_from_case(actor=world.supervisor, case=case, who=world.officer, reason="knows_them", now=at())
    answer = api.post(address, {"worker": world.partner.email, **REASON}, format="json", headers={"If-Match": tag})
    assert (answer.status_code, bars(case)) == (412, [world.officer])


def test_reading_it_is_recorded(world: World, case: Case):
    factories.barred(world, case)
    world.page("supervisor").get(f"/cases/{case.reference}/bars/")
    [reading] = events("casework.view_bars")
    assert (reading.case_id, reading.actor_id, reading.detail) == (case.pk, world.supervisor.pk, {"count": 1})


def test_a_step_for_somebody_who_does_not_find_the_case_waits_in_the_duty_queue(world: World, case: Case):
    bar_from_case(actor=world.supervisor, case=case, who=world.colleague, reason="knows_them", now=at())
    step = case.steps.filter(done_at=None).earliest("pk")
    then = factories.step(owner=world.colleague)
    complete_step(actor=world.caseworker, step=step, outcome="done", then=then, now=at())
    assert NextStep.objects.filter(case=case).latest("pk").owner is None
