"""Two sides of one story: who is victim here and accused there is known to one named senior practitioner alone."""

import re
from datetime import date

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.authorization import NotVisible
from accounts.commands import add_worker
from accounts.models import Notice, User
from accounts.roles import Role
from audit.models import AuditEvent
from casework import commands
from casework.models import Case, NamedSenior, Party, PartyRole, Person, TwoSided, new_reference
from casework.plans import VictimReport
from casework.queries import Probe, find_person, read_case
from tests import factories
from tests.as_the_web import become
from tests.conftest import as_a_worker, events, outcome_of, worked
from tests.factories import TOKENS, at
from tests.world import World

pytestmark = pytest.mark.django_db
BORN = date(1987, 6, 5)
ANN = VictimReport(name="Ann Forrestal", date_of_birth=BORN)
UNLIKE = {"victim": VictimReport(name="Cass Lindqvist"), "routes": (), "alleged_name": "Dov Marchetti"}


def logged(world: World, **more: object) -> Case:
    return factories.logged(world.caseworker, **UNLIKE | more).case


def looked(world: World, case: Case) -> None:
    """What the job does, as the worker's role."""
    as_a_worker(commands.find_two_sides, actor=world.system, case_id=case.pk, now=at())


def told(world: World) -> None:
    as_a_worker(commands.tell_of_two_sides, actor=world.system, now=at())


@pytest.fixture
def hers(world: World) -> Case:
    """The case whose victim is Ann."""
    return logged(world, victim=ANN)


@pytest.fixture
def his(world: World) -> Case:
    """The case in which Ann is the alleged perpetrator."""
    return logged(world, alleged_name="FORRESTAL, Ann", alleged_date_of_birth=BORN)


@pytest.fixture
def pair(world: World, hers: Case, his: Case) -> TwoSided:
    looked(world, hers)
    return TwoSided.objects.get()


LIKE = {
    "the same name and birthday": (
        {"victim": ANN},
        {"alleged_name": "forrestal ánn", "alleged_date_of_birth": BORN},
        ["same_birth"],
    ),
    "the same telephone": (
        {"routes": factories.report().routes},
        {"alleged_name": "A.", "alleged_telephone": "0044 20 7946 0123"},
        ["same_telephone"],
    ),
    "each names the other": (
        {"victim": VictimReport(name="Ann Forrestal"), "alleged_name": "Bo Nakamura"},
        {"victim": VictimReport(name="Bo Nakamura"), "alleged_name": "Ann Forrestal"},
        ["each_names_the_other"],
    ),
    "a name alone": ({"victim": VictimReport(name="Ann Forrestal")}, {"alleged_name": "Ann Forrestal"}, None),
    "the same role": ({"victim": ANN}, {"victim": ANN}, None),
}


@pytest.mark.parametrize("said_second", [True, False])
@pytest.mark.parametrize("what", LIKE)
def test_somebody_on_both_sides_is_found_whichever_was_said_first(world: World, what, said_second):
    first, second, why = LIKE[what]
    cases = [logged(world, **first), logged(world, **second)]
    looked(world, cases[said_second])
    found = [(each.first, each.second, each.why) for each in TwoSided.objects.order_by("pk")]
    wanted = [] if why is None else [(*cases, why)]
    assert [each for each in found if each[:2] == tuple(cases)] == wanted
    assert len(found) == (2 if what == "each names the other" else len(wanted))


def test_not_in_one_case_nor_in_another_partnership(world: World, hers: Case, stranger: User):
    factories.logged(stranger, **UNLIKE | {"alleged_name": "Ann Forrestal", "alleged_date_of_birth": BORN})
    Party.objects.filter(case=hers, role="alleged").update(folded_name="ann forrestal", date_of_birth=BORN)
    with transaction.atomic():
        looked(world, hers)
    assert not TwoSided.objects.exists()


def test_it_is_looked_for_after_each_contact_and_each_link_whatever_was_said(world: World):
    cases = [logged(world), logged(world, victim=None, alleged_name="")]
    assert looked_for() == [case.pk for case in cases]
    one, other = (logged(world).parties.get(role="victim") for _ in range(2))
    commands.link_person(actor=world.caseworker, party=one, to=other, reason="She says so.", now=at())
    assert looked_for()[4:] == [one.case_id, other.case_id]


def looked_for() -> list[int]:
    jobs = ProcrastinateJob.objects.filter(task_name="casework.find_two_sides").order_by("pk")
    return [args["case"] for args in jobs.values_list("args", flat=True)]


def test_a_worker_finds_them_and_one_mail_goes_out_that_names_nobody(for_real: None, world: World):
    hers, his = logged(world, victim=ANN), logged(world, alleged_name=ANN.name, alleged_date_of_birth=BORN)
    mail.outbox.clear()
    worked()
    (sent,) = mail.outbox
    pair = TwoSided.objects.get(first=hers, second=his)
    assert (sent.to, sent.subject) == ([world.senior.email], "Front Door: Something is waiting for you")
    assert pair.reference in sent.body
    assert [word for word in (hers.reference, his.reference, "Forrestal", "case", "side") if word in sent.body] == []


def test_the_named_senior_practitioner_is_told_once_and_nobody_else(world: World, pair: TwoSided, his: Case):
    looked(world, his)
    told(world)
    notices = [(notice.recipient, notice.kind) for notice in Notice.objects.all()]
    assert notices == [(world.senior, "for_the_senior")]
    assert (pair.told_to, TwoSided.objects.count()) == (world.senior, 1)


def test_while_nobody_is_named_it_waits_for_whoever_is_next(world: World, hers: Case, his: Case):
    NamedSenior.objects.update(ended_at=at(), ended_by=world.system)
    looked(world, hers)
    assert not Notice.objects.exists()
    commands.name_senior_practitioner(actor=world.system, worker=world.senior, now=at())
    told(world)
    assert [notice.recipient for notice in Notice.objects.all()] == [world.senior]


def test_what_her_predecessor_did_not_judge_the_next_is_told_of_and_what_was_judged_not(world: World, pair: TwoSided):
    other = factories.pair(world, logged(world))
    judge(world, other)
    successor = another_senior(world)
    commands.name_senior_practitioner(actor=world.system, worker=successor, now=at())
    told(world)
    assert [n.reference for n in Notice.objects.filter(recipient=successor)] == [pair.reference]
    assert [world.page(who).get("/matters/").status_code for who in ("senior", "successor")] == [403, 200]
    assert world.page("senior").get(f"/matters/{pair.reference}/").status_code == 404


def another_senior(world: World) -> User:
    world.people["successor"] = add_worker(
        actor=world.system,
        agency=world.agencies["front_door"],
        email="next@front-door.example",
        name="Next Senior",
        role=Role.SENIOR_PRACTITIONER,
        password="",
    )
    return world.successor


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.CASEWORKER}])
def test_whoever_left_or_does_something_else_learns_of_nothing_and_it_waits(world: World, hers, his, change):
    User.objects.filter(pk=world.senior.pk).update(**change)
    looked(world, hers)
    assert not Notice.objects.exists()
    assert TwoSided.objects.get().told_at is None


def test_a_new_reason_is_told_even_of_what_was_judged(world: World, pair: TwoSided, his: Case):
    judge(world, pair, finding="different_people")
    route = factories.report().routes
    victim = pair.first.parties.get(role="victim")
    victim.routes.create(case=pair.first, kind="phone", value=route[0].value, e164="+442079460123")
    accused = his.parties.get(role="alleged")
    accused.routes.create(case=his, kind="phone", value=route[0].value, e164="+442079460123")
    looked(world, his)
    assert TwoSided.objects.get().why == ["same_birth", "same_telephone"]
    assert Notice.objects.count() == 2


def judge(world: World, pair: TwoSided, finding: str = "primary_victim") -> None:
    commands.judge_two_sides(actor=world.senior, pair=pair, finding=finding, words="Read both.", now=at())


def test_she_reads_why_goes_to_each_case_and_writes_down_what_she_found(world: World, pair: TwoSided):
    page = world.page("senior")
    assert "To be judged" in page.get("/matters/").content.decode()
    address = f"/matters/{pair.reference}/"
    text = page.get(address).content.decode()
    assert [word in text for word in (pair.first.reference, pair.second.reference, "Same name and date of birth")] == [
        True
    ] * 3
    assert [word for word in ("Forrestal", TOKENS.said) if word in text] == []
    assert page.post(address, {"finding": "primary_victim", "words": ""}).status_code == 400
    assert page.post(address, {"finding": "primary_victim", "words": "She is afraid."}).status_code == 302
    assert "She is afraid." in page.get(address).content.decode()
    assert "To be judged" not in page.get("/matters/").content.decode()


def test_page_and_api_say_the_same(world: World, pair: TwoSided):
    api = world.api("senior")
    address = f"/api/v1/matters/{pair.reference}/"
    said = {"finding": "not_clear_yet", "words": "I asked neither."}
    assert api.post(address, said, format="json").status_code == 201
    body = api.get(address).json()
    assert (body["first"]["reference"], body["second"]["reference"]) == (pair.first.reference, pair.second.reference)
    assert [each["words"] for each in body["judgements"]] == ["I asked neither."]
    (listed,) = api.get("/api/v1/matters/").json()["pairs"]
    assert listed["is_judged"]


def test_a_bar_and_a_seal_beat_her_too_and_what_is_shut_is_not_told(world: World, hers: Case, his: Case):
    bar = commands.bar_from_case(actor=world.supervisor, case=hers, who=world.senior, reason="knows_them", now=at())
    named = [world.supervisor, world.colleague]
    commands.seal_case(actor=world.supervisor, case=his, workers=named, reason="honour_based", now=at())
    looked(world, hers)
    assert not Notice.objects.exists()
    reference = TwoSided.objects.get().reference
    for lifted in (
        lambda: None,
        lambda: commands.lift_bar(actor=world.supervisor, bar=bar, now=at()),
        lambda: commands.unseal_case(actor=world.supervisor, case=his, now=at()),
    ):
        assert world.page("senior").get(f"/matters/{reference}/").status_code == 404
        with become("front_door_web"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT act_as(%s, NULL)", [world.senior.pk])
            assert not TwoSided.objects.exists()
        lifted()
    told(world)
    assert [notice.reference for notice in Notice.objects.all()] == [reference]
    assert world.page("senior").get(f"/matters/{reference}/").status_code == 200


WHO = ("caseworker", "colleague", "supervisor", "auditor", "partner", "outsider")


def test_nobody_else_finds_it_by_either_lock(world: World, pair: TwoSided):
    judge(world, pair)
    for who, user in world.people.items():
        with become("front_door_web"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT act_as(%s, NULL)", [user.pk])
            seen = (TwoSided.objects.count(), AuditEvent.objects.filter(subject_type="twosided").count())
        assert (who, seen) == (who, (1, 3) if who == "senior" else (0, 0))


def test_its_events_stand_in_the_history_of_neither_case(world: World, pair: TwoSided):
    judge(world, pair)
    world.page("senior").get(f"/matters/{pair.reference}/")
    of_pair = AuditEvent.objects.filter(subject_type="twosided")
    assert {(e.action, e.case_id, tuple(e.shown_ids)) for e in of_pair} == {
        (f"casework.{verb}_two_sides", None, ()) for verb in ("find", "tell_of", "judge", "view")
    }


def asked(world: World, who: str, hers: Case, pair: str) -> list[tuple[str, int, str, int]]:
    """What somebody is answered wherever it could lead to the other side, and with how many statements."""
    page, api, case = world.page(who), world.api(who), f"/cases/{hers.reference}/"
    probe, system = {"name": ANN.name, "telephone": TOKENS.route}, f"?person={world.system.pk}"
    pages = ("/cases/", case, f"{case}known/", f"{case}history/{system}", f"{case}history/export/", f"{case}referrals/")
    api_pages = (f"/api/v1{case}", f"/api/v1{case}history{system}", "/api/v1/matters/")
    asks = {
        **{p: lambda p=p: page.get(p) for p in (*pages, "/stopped-work/", "/matters/", f"/matters/{pair}/")},
        **{p: lambda p=p: api.get(p) for p in api_pages},
        "known": lambda: page.post(f"{case}known/", probe),
        "search": lambda: api.post("/api/v1/people/search", probe, format="json"),
    }
    answers = []
    for name, ask in asks.items():
        with CaptureQueriesContext(connection) as statements:
            answer = ask()
        text = re.sub(r'name="(csrfmiddlewaretoken|once)" value="[\w-]+"', "", answer.content.decode())
        answers.append((name, answer.status_code, text, len(statements)))
    return answers


def test_whether_there_is_another_side_nobody_can_tell(world: World):
    """Two worlds that differ in one name: of an alleged perpetrator, in a case that is none of theirs."""
    hers = factories.opened(world.caseworker, **UNLIKE | {"victim": ANN, "routes": factories.report().routes})
    factories.accepted(world.caseworker, world.partner, hers, world.services["harbour"])
    for who in ("caseworker", "supervisor", "partner"):
        asked(world, who, hers, new_reference())  # what a process asks once and keeps in mind
    worlds = []
    for alleged in (ANN.name, "Somebody Else"):
        with transaction.atomic():
            his = logged(world, alleged_name=alleged, alleged_date_of_birth=BORN)
            looked(world, his)
            assert TwoSided.objects.count() == (alleged == ANN.name)
            pair = TwoSided.objects.values_list("reference", flat=True).first() or new_reference()
            names = {his.reference: "X", pair: "Y"}
            worlds.append({who: [plain(each, names) for each in asked(world, who, hers, pair)] for who in WHO})
            transaction.set_rollback(True)
    for who in WHO:
        for one, other in zip(worlds[0][who], worlds[1][who], strict=True):
            assert (who, *one) == (who, *other)


def plain(answer: tuple[str, int, str, int], names: dict[str, str]) -> tuple[str, int, list[str], int]:
    """Without references that are drawn by lot, the second it was, and the order of what happened in one moment."""
    name, status, text, statements = answer
    for reference, sign in names.items():
        name, text = name.replace(reference, sign), text.replace(reference, sign)
    text = re.sub(r"\d\d:\d\d(:\d\d(\.\d+Z?)?)?|[0-9a-f-]{36}", "", text)
    return name, status, sorted(re.split(r"\n|(?=\{)", text)), statements


def test_known_already_finds_victims_and_never_the_other_side(world: World, hers: Case, his: Case):
    for actor in (world.caseworker, world.senior):
        found = find_person(actor=actor, probe=Probe(name=ANN.name, date_of_birth=BORN))
        assert [(match.party.case, match.party.role) for match in found] == [(hers, "victim")]


@pytest.mark.parametrize("who", ["caseworker", "colleague", "supervisor", "senior"])
def test_nobody_makes_the_two_sides_one_person_and_the_answer_is_that_of_no_such_party(world: World, hers, his, who):
    victim, accused = hers.parties.get(role="victim"), his.parties.get(role="alleged")
    for party, to in ((victim, accused), (accused, victim)):
        with pytest.raises(NotVisible):
            commands.link_person(actor=world.people[who], party=party, to=to, reason="She says so.", now=at())
        address = f"/api/v1/cases/{party.case.reference}/link"
        nobody = {"party": str(party.public_id), "same_as": "7c0f6f80-52c5-4c5c-9a3e-6f2f0a3f5e11", "reason": "x"}
        answers = [
            world.api(who).post(address, said, format="json")
            for said in (nobody | {"same_as": str(to.public_id)}, nobody)
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content


def test_who_came_on_both_sides_by_way_of_a_third_case_is_found_and_shows_nothing(world: World, hers: Case, his: Case):
    """Each link is right by itself, and none is refused, for a refusal would tell."""
    third = logged(world)
    person = Person.objects.create(partnership=third.partnership)
    witness = Party.objects.create(case=third, person=person, role=PartyRole.WITNESS)
    for party in (hers.parties.get(role="victim"), his.parties.get(role="alleged")):
        commands.link_person(actor=world.caseworker, party=party, to=witness, reason="She says so.", now=at())
    looked(world, his)
    assert "same_person" in TwoSided.objects.get().why
    for case in (hers, his):
        assert read_case(actor=world.caseworker, reference=case.reference, purpose="casework").others == ()
    other = hers.parties.get(role="alleged")
    commands.link_person(
        actor=world.caseworker, party=other, to=his.parties.get(role="alleged"), reason="She says so.", now=at()
    )


@pytest.mark.parametrize("who", ["caseworker", "supervisor", "colleague", "partner", "outsider"])
def test_only_the_partnerships_manager_names_her(world: World, who):
    name = lambda: commands.name_senior_practitioner(actor=world.people[who], worker=world.senior, now=at())  # noqa: E731
    assert outcome_of(name) == "Denied"
    world.people[who].role = Role.PARTNERSHIP_MANAGER
    assert outcome_of(name) == "done"


def test_only_a_senior_practitioner_of_the_front_door_is_named(world: World, stranger: User):
    stranger.role = Role.SENIOR_PRACTITIONER
    for worker in (world.caseworker, world.partner, stranger):
        with pytest.raises(ValidationError):
            commands.name_senior_practitioner(actor=world.system, worker=worker, now=at())
        row = NamedSenior(partnership=world.system.agency.partnership, worker=worker, named_at=at())
        row.named_by = world.system
        with pytest.raises(IntegrityError, match="only a senior practitioner"), transaction.atomic():
            row.save()


def test_the_manager_names_her_and_whoever_does_casework_sees_who_it_is(world: World):
    User.objects.filter(pk=world.colleague.pk).update(role=Role.PARTNERSHIP_MANAGER)
    successor = another_senior(world)
    page, address = world.page("colleague"), "/senior-practitioner/"
    assert str(world.senior) in page.get(address).content.decode()
    assert page.post(address, {"worker": world.caseworker.pk}).status_code == 400
    assert page.post(address, {"worker": successor.pk}).status_code == 302
    assert world.api("caseworker").get("/api/v1/senior-practitioner").json() == {"name": "Next Senior"}
    (named,) = events("casework.name_senior_practitioner", actor_id=world.colleague.pk)
    assert named.detail == {"worker": successor.pk}
