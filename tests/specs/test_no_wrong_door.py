"""No wrong door: any agency hands something in, complete or not, follows it by four levels, and learns nothing else."""

from itertools import combinations_with_replacement, product

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.authorization import NotPossibleNow
from accounts.commands import add_agency, add_worker
from accounts.models import Notice
from accounts.roles import Role
from audit.acting import acting_as
from casework.commands import (
    add_agreement,
    approve_erasure,
    ask_erasure,
    bar_from_case,
    close_case,
    complete_step,
    open_case,
)
from casework.models import Case, CaseOutcome, Contact, MatchKey, NextStep
from casework.plans import ClosingPlan
from casework.policy import visible_cases
from config.lock.roles import WEB
from referrals.commands import (
    accept_referral,
    add_service,
    answer_hand_in,
    ask_hander_in,
    begin_hand_in,
    decline_referral,
    expire_waits,
    keep_hand_in,
    put_on_waiting_list,
    receive_hand_in,
    save_hand_in,
    send_hand_in,
)
from referrals.forms_of_handins import readable
from referrals.models import HandIn, Standing
from referrals.plans import ServicePlan
from referrals.policy import visible_hand_ins
from referrals.queries import followed, get_hand_in
from referrals.queries.standing import LEVEL, OF_REFERRAL, feedback
from referrals.states import ReferralStatus
from tests import factories
from tests.as_the_web import become
from tests.conftest import as_a_worker, events, outcome_of
from tests.factories import PASSWORD, TOKENS, at
from tests.forms import hidden
from tests.world import PEOPLE, agreed

WHOLE = {
    "danger": "no",
    "kind": "domestic_abuse",
    "said": TOKENS.said,
    "name": TOKENS.name,
    "date_of_birth_day": "1",
    "date_of_birth_month": "2",
    "date_of_birth_year": "1990",
    "route_kind": "phone",
    "route_value": TOKENS.route,
    "route_safety": "safe",
    "route_windows": "any time",
    "alleged_name": TOKENS.alleged,
    "borough": "Redbridge",
    "caller_agrees": "yes",
}
LINK = "/hand-ins/{}/"
API = "/api/v1/hand-ins/"


def handed_in(actor, **typed):
    typed = WHOLE | typed
    hand_in = begin_hand_in(actor=actor, now=at())
    save_hand_in(actor=actor, hand_in=hand_in, typed=typed, now=at())
    return send_hand_in(actor=actor, hand_in=hand_in, plan=readable(typed)[1], now=at())


@pytest.fixture
def hand_in(world):
    return handed_in(world.partner)


def heard(actor, hand_in):
    found = followed(actor, get_hand_in(actor, hand_in.reference))
    return found.feedback.standing, found.feedback.of_class


def at_work(world, hand_in):
    """Its case, opened by the front door."""
    return open_case(actor=world.caseworker, case=Case.objects.get(hand_in=hand_in), step=factories.step(), now=at())


def steps_of(hand_in):
    return [(s.kind, s.owner, s.due_source) for s in NextStep.objects.filter(case=hand_in.case_id).order_by("pk")]


# The draft


def test_a_draft_is_gone_on_with_by_a_colleague_and_by_the_api(world):
    page, colleague, api = world.page("partner"), world.page("partner_supervisor"), world.api("partner")
    where = page.post("/hand-ins/").headers["Location"]
    shown = page.get(where)
    assert (
        page.post(where, hidden(shown) | {"said": "Umtarra", "date_of_birth_day": "45", "save": "save"}).status_code
        == 302
    )
    assert b"Umtarra" in colleague.get(where).content
    answer = api.get(f"/api/v1{where}")
    body = answer.json()
    assert (body["contents"]["said"], body["contents"]["date_of_birth_day"]) == ("Umtarra", "45")
    assert body["there"] == ["born", "said"]
    more = {"contents": body["contents"] | {"name": "Vorrazi"}}
    saved = api.put(f"/api/v1{where}", more, format="json", headers={"If-Match": answer.headers["ETag"]})
    assert saved.json()["there"] == ["who", "born", "said"]
    stale = colleague.post(where, hidden(shown) | {"said": "other words", "save": "save"})
    assert (stale.status_code, b"other words" in stale.content) == (409, True)


def test_what_is_typed_is_sealed_and_nobody_at_the_front_door_opens_it(world):
    hand_in = begin_hand_in(actor=world.partner, now=at())
    save_hand_in(actor=world.partner, hand_in=hand_in, typed={"said": "Umtarra"}, now=at())
    contact = Contact.objects.get(case=hand_in.case_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT draft FROM casework_contact WHERE id = %s", [contact.pk])
        assert b"Umtarra" not in bytes(cursor.fetchone()[0])
    for who in ("caseworker", "supervisor"):
        assert world.page(who).get(f"/contacts/{contact.reference}/").status_code == 404
        assert world.page(who).get(LINK.format(hand_in.reference)).status_code == 404


@pytest.mark.parametrize("typed", [{}, {"said": "x"}, {"date_of_birth_day": "45", "route_value": "no number"}])
def test_nothing_is_refused_for_being_incomplete_or_unclear(world, typed):
    said = {"contents": typed | {"name_of_gp": "Krevvin"}, "send": True}
    answer = world.api("partner").post(API, said, format="json")
    assert (answer.status_code, answer.json()["standing"]) == (201, "not_received")
    contact = Contact.objects.get(case__hand_in__reference=answer.json()["reference"])
    assert (contact.status, contact.kind, contact.danger) == ("logged", "", "unknown")
    unclear = [value for name, value in typed.items() if name != "said"]
    assert all(value in contact.opinion for value in ["name_of_gp: Krevvin", *unclear])
    assert contact.said == typed.get("said", "")


def test_what_no_contact_may_hold_is_said_at_once(world):
    typed = {"address_kind": "refuge_office", "address_organisation": "Lantern", "address_lines": "1 Any Street"}
    page = world.page("partner")
    where = page.post("/hand-ins/").headers["Location"]
    answer = page.post(where, hidden(page.get(where)) | typed | {"send": "send"})
    assert (answer.status_code, b"Never write where a refuge is" in answer.content) == (400, True)
    assert HandIn.objects.get().sent_at is None


# Sent


def test_it_is_a_contact_of_the_front_door_and_nothing_is_typed_again(world, hand_in):
    connection.check_constraints()
    case = Case.objects.get(hand_in=hand_in)
    contact = case.contacts.get()
    victim = case.parties.get(role="victim")
    assert (case.agency, case.status, case.kind) == (world.agencies["front_door"], "intake", "domestic_abuse")
    assert (contact.channel, contact.caller, contact.said, contact.draft) == (
        "referral_form",
        "professional",
        TOKENS.said,
        {},
    )
    assert (victim.name, victim.routes.get().value) == (TOKENS.name, TOKENS.route)
    assert case.parties.get(role="alleged").name == TOKENS.alleged
    referrer, caller = case.parties.get(role="referrer"), contact.details_of_caller
    assert (referrer.name, caller.name, caller.organisation, caller.call_back, caller.agrees) == (
        world.partner.name,
        world.partner.name,
        "Harbour Advocacy",
        world.partner.email,
        "yes",
    )
    assert steps_of(hand_in) == [("decide_what_next", None, "hand_in")]
    assert visible_cases(world.caseworker).filter(pk=case.pk).exists()


@pytest.mark.parametrize(
    ("typed", "standard", "hours"),
    [
        ({"danger": "yes", "risk": "standard"}, "hand_in_danger", 1),
        ({"risk": "high"}, "hand_in_high", 2),
        ({}, "hand_in", 24),
    ],
)
def test_danger_is_taken_up_before_risk_before_anything_else(world, typed, standard, hours):
    hand_in = handed_in(world.partner, **typed)
    assert at(hours - 0.1) < hand_in.due_at <= at(hours)
    assert steps_of(hand_in) == [("decide_what_next", None, standard)]


def test_whoever_hands_in_is_proposed_for_no_bar_and_is_nobodys_match(world, hand_in):
    at_work(world, hand_in)
    assert not hand_in.case.bar_proposals.exists()
    assert not MatchKey.objects.filter(case=hand_in.case_id, party__role="referrer").exists()


def test_somebody_known_is_matched_and_whoever_hands_in_sees_no_difference(world, case):
    known, unknown = (
        handed_in(world.partner),
        handed_in(world.partner, name="Nobody Known", route_value="020 7946 0999"),
    )
    page = world.page("partner")
    bodies = [
        page.get(LINK.format(each.reference)).content.replace(each.reference.encode(), b"") for each in (known, unknown)
    ]
    assert hidden_less(bodies[0]) == hidden_less(bodies[1])
    reference, front = Case.objects.get(hand_in=known).reference, world.page("caseworker")
    found = front.post(f"/cases/{reference}/known/", {"telephone": TOKENS.route, "name": TOKENS.name})
    assert case.reference.encode() in found.content


def hidden_less(body):
    """A page without what is new on each."""
    return [
        line
        for line in body.splitlines()
        if b'type="hidden"' not in line and b"Handed in by" not in line and b"Until " not in line
    ]


def test_until_the_front_door_has_it_it_stays_with_who_handed_it_in(world, hand_in):
    found = followed(world.partner, get_hand_in(world.partner, hand_in.reference))
    assert (found.is_ours, found.feedback.standing) == (True, Standing.NOT_RECEIVED)
    assert "Not yet received" in world.page("partner").get("/hand-ins/").content.decode()
    receive_hand_in(actor=world.caseworker, hand_in=hand_in, now=at())
    found = followed(world.partner, get_hand_in(world.partner, hand_in.reference))
    assert (found.is_ours, found.feedback.standing) == (False, Standing.RECEIVED)
    with pytest.raises(NotPossibleNow):
        receive_hand_in(actor=world.colleague, hand_in=hand_in, now=at())


def test_it_is_sent_once(world, hand_in):
    with pytest.raises(NotPossibleNow):
        send_hand_in(actor=world.partner, hand_in=hand_in, plan=readable(WHOLE)[1], now=at())
    assert Case.objects.count() == 1


def test_the_same_request_twice_hands_in_once(world):
    api, said = world.api("police_system"), {"contents": WHOLE, "send": True}
    first, again = (api.post(API, said, format="json", headers={"Idempotency-Key": "k1"}) for _ in range(2))
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert HandIn.objects.count() == 1


# Followed


@pytest.mark.parametrize("reasons", [("no_capacity", "capacity"), ("victim_declined", "not_taken")])
def test_the_course_of_it_is_heard_by_level_and_class_with_one_mail_for_each(world, hand_in, reasons):
    receive_hand_in(actor=world.caseworker, hand_in=hand_in, now=at())
    case = at_work(world, hand_in)
    heard_so_far = [heard(world.partner, hand_in)]
    referral = factories.sent(world.caseworker, case, world.services["elsewhere"])
    decline_referral(actor=world.outsider, referral=referral, reason=reasons[0], note="Umtarra", now=at())
    heard_so_far.append(heard(world.partner, hand_in))
    again = factories.sent(world.caseworker, case, world.services["elsewhere"])
    accept_referral(actor=world.outsider, referral=again, now=at())
    heard_so_far.append(heard(world.partner, hand_in))
    of_class = {"capacity": "capacity", "not_taken": "not taken by them"}[reasons[1]]
    assert heard_so_far == [(Standing.ACCEPTED, ""), (Standing.DECLINED, of_class), (Standing.ACCEPTED, "")]
    told = Notice.objects.filter(kind="hand_in_news").order_by("pk")
    assert [(n.recipient, n.reference) for n in told] == [
        (world.partner, hand_in.reference)
    ] * 4  # to be asked again is news as well
    page = world.page("partner").get(LINK.format(hand_in.reference)).content.decode()
    assert not [word for word in (*vars(TOKENS).values(), case.reference, "Elsewhere Housing") if word in page]


def test_when_the_case_closes_the_class_of_its_outcome_is_heard(world, hand_in):
    case = at_work(world, hand_in)
    *_, last = list(case.steps.filter(done_at=None).order_by("pk"))
    complete_step(actor=world.caseworker, step=last, outcome="done", then=None, now=at())
    plan = ClosingPlan("advice", "given", "They are safe Umtarra.")
    close_case(actor=world.caseworker, case=case, plan=plan, now=at())
    assert heard(world.partner, hand_in) == (Standing.CLOSED, "supported")


def test_what_the_system_does_is_news_too(world, hand_in):
    """A wait for a place runs out, in a job, which sees that one case."""
    referral = factories.sent(world.caseworker, at_work(world, hand_in), world.services["elsewhere"])
    put_on_waiting_list(actor=world.outsider, referral=referral, until=at(24), now=at())
    as_a_worker(expire_waits, actor=world.system, now=at(25))
    assert heard(world.partner, hand_in) == (Standing.DECLINED, "capacity")
    assert [n.recipient for n in Notice.objects.filter(kind="hand_in_news").order_by("pk")] == [world.partner] * 2


STATES = ("intake", "open", "closed", "erased", "")
ANY = [*((status, "no_capacity" if status == "declined" else "") for status in ReferralStatus.values)]
OUTCOMES = ["", *CaseOutcome.values]


def test_every_state_of_case_referrals_and_closing_is_heard_by_the_table():
    """All of them: each case, received or not, with none, one or two referrals in any order, and any outcome."""
    referrals = [(), *((each,) for each in ANY), *combinations_with_replacement(ANY, 2)]
    for case, received, sent, outcome in product(STATES, (True, False), referrals, OUTCOMES):
        said = feedback(case, received, sent, outcome)
        expected = {OF_REFERRAL.get(status) for status, _ in sent} - {None} or {Standing.ACCEPTED}
        if case == "closed":
            assert (said.standing, bool(said.of_class)) == (Standing.CLOSED, True)
        elif case != "open":
            assert said == feedback("intake", received, (), "")
        else:
            assert said.standing in expected
            assert LEVEL[said.standing] >= 2
            assert bool(said.of_class) == (said.standing == Standing.DECLINED)
            assert feedback(case, received, sent[::-1], outcome).standing == said.standing
    assert set(OF_REFERRAL) >= set(ReferralStatus.values) - {"draft", "withdrawn", "recalled", "duplicate"}


@pytest.mark.parametrize("how", ["barred", "erased"])
def test_what_is_hidden_answers_like_what_is_still_received(world, hand_in, how):
    other = handed_in(world.partner)
    for each in (hand_in, other):
        receive_hand_in(actor=world.caseworker, hand_in=each, now=at())
    case = at_work(world, hand_in)
    if how == "barred":
        ask_hander_in(actor=world.caseworker, hand_in=hand_in, question="What time?", now=at())
        bar_from_case(actor=world.supervisor, case=case, who=world.agencies["harbour"], reason="knows_them", now=at())
    else:
        asking = ("retention_over", "Schedule of 2024, line 7.")
        erasure = ask_erasure(actor=world.supervisor, case=case, ground=asking[0], words=asking[1], now=at())
        approve_erasure(actor=world.senior, erasure=erasure, now=at())
    api, apart = world.api("partner"), {"reference", "begun_at", "sent_at", "due_at", "news_at"}
    bodies = [api.get(f"{API}{each.reference}/").json() for each in (hand_in, other)]
    hidden_one, received = ({k: v for k, v in body.items() if k not in apart} for body in bodies)
    assert hidden_one == received
    assert bodies[0]["standing"] == "received"
    with pytest.raises(NotPossibleNow):
        answer_hand_in(actor=world.partner, hand_in=hand_in, words="At noon", now=at())


# Asked back


def test_what_is_missing_is_asked_for_and_the_answer_is_of_the_case(world, hand_in):
    front, page = world.page("caseworker"), world.page("partner")
    where = LINK.format(hand_in.reference)
    assert (
        front.post(where, hidden(front.get(where)) | {"words": "Is she at work by day?", "ask": "ask"}).status_code
        == 302
    )
    assert b"Is she at work by day?" in page.get(where).content
    assert (
        page.post(where, hidden(page.get(where)) | {"words": "Yes, until noon.", "answer": "answer"}).status_code == 302
    )
    assert [c.said for c in Contact.objects.filter(case=hand_in.case_id).order_by("pk")] == [
        TOKENS.said,
        "Yes, until noon.",
    ]
    assert steps_of(hand_in)[1:] == [("decide_what_next", None, "hand_in")]
    assert heard(world.partner, hand_in) == (Standing.RECEIVED, "")
    with pytest.raises(NotPossibleNow):
        answer_hand_in(actor=world.partner, hand_in=hand_in, words="Again", now=at())


@pytest.mark.parametrize("words", [f"Does {TOKENS.name} work?", "Is 020 7946 0123 hers?", " "])
def test_a_question_gives_nothing_of_the_case_away(world, hand_in, words):
    with pytest.raises(ValidationError):
        ask_hander_in(actor=world.caseworker, hand_in=hand_in, question=words, now=at())
    assert HandIn.objects.get().asked_at is None


# Another area


@pytest.fixture
def far(world):
    agency = add_agency(actor=world.system, name="Barking Front Door", kind="other_area")
    plan = ServicePlan("Barking", "Barking's front door", ("domestic_abuse",), "safety_support", ("identity",), 24)
    service = add_service(actor=world.system, agency=agency, plan=plan)
    service.areas = ["Barking"]
    service.save()
    world.agencies["far"] = agency
    add_worker(
        actor=world.system,
        agency=agency,
        email="far@barking.example",
        name="Far Person",
        role="partner_worker",
        password=factories.PASSWORD,
    )
    add_agreement(actor=world.system, plan=agreed(world, name="With Barking"), now=at())
    return service


def test_what_lives_elsewhere_is_passed_on_by_a_referral_to_that_area(world, far):
    hand_in = handed_in(world.partner, borough=" barking ")
    ((kind, owner, _),) = steps_of(hand_in)
    step = NextStep.objects.get(case=hand_in.case_id)
    case = at_work(world, hand_in)
    with pytest.raises(NotPossibleNow):
        complete_step(actor=world.caseworker, step=step, outcome="done", then=None, now=at())
    factories.sent(world.caseworker, case, world.services["elsewhere"])
    step.refresh_from_db()
    assert (kind, owner, step.done_at) == ("pass_on", None, None)
    factories.sent(world.caseworker, case, far)
    step.refresh_from_db()
    assert (step.outcome, step.done_by) == ("done", world.system)


def test_or_somebody_says_why_it_stays(world):
    hand_in = handed_in(world.partner, borough="Barking")
    page, where = world.page("caseworker"), LINK.format(hand_in.reference)
    assert page.post(where, hidden(page.get(where)) | {"words": "x" * 301, "keep": "keep"}).status_code == 400
    assert page.post(where, hidden(page.get(where)) | {"words": "Moving here.", "keep": "keep"}).status_code == 302
    assert [kind for kind, _, _ in steps_of(hand_in)] == ["pass_on", "decide_what_next"]
    hand_in.refresh_from_db()
    assert hand_in.kept_here == "Moving here."
    with pytest.raises(NotPossibleNow):
        keep_hand_in(actor=world.caseworker, hand_in=hand_in, why="Again", now=at())


# Who may

ACTS_OF = {
    "begin": lambda actor, item: begin_hand_in(actor=actor, now=at()),
    "save": lambda actor, item: save_hand_in(actor=actor, hand_in=item, typed={}, now=at()),
    "receive": lambda actor, item: receive_hand_in(actor=actor, hand_in=item, now=at()),
}
OURS, HOLDERS = {"partner", "partner_supervisor"}, {"caseworker", "colleague", "senior", "supervisor"}
OTHERS = {"officer", "police_system", "outsider"}


def tried(act):
    """What becomes of it, and then it never happened."""
    with transaction.atomic():
        outcome = outcome_of(act)
        transaction.set_rollback(True)
    return outcome


@pytest.mark.usefixtures("stranger")
def test_each_act_of_each_person(world, hand_in):
    draft = begin_hand_in(actor=world.partner, now=at())
    became = {
        (act, who): tried(lambda act=act, who=who: ACTS_OF[act](world.people[who], draft if act == "save" else hand_in))
        for act in ACTS_OF
        for who in [*PEOPLE, "stranger"]
    }
    done = {("begin", who) for who in OURS | OTHERS} | {("save", who) for who in OURS}
    assert {cell for cell, result in became.items() if result == "done"} == done | {("receive", who) for who in HOLDERS}
    assert {became["save", who] for who in OTHERS | HOLDERS - {"supervisor"}} <= {"NotVisible", "Denied"}
    assert {became["receive", who] for who in ("outsider", "officer", "stranger")} <= {"NotVisible"} | {"Denied"}


@pytest.mark.usefixtures("stranger")
@pytest.mark.parametrize("state", ["draft", "sent"])
def test_nobody_else_sees_anything_of_it(world, hand_in, state):
    item = hand_in if state == "sent" else begin_hand_in(actor=world.partner, now=at())
    absent = "2222-2222-222"
    for who in ("officer", "outsider", "police_system", "stranger"):
        api = world.api(who)
        there, none = (api.get(f"{API}{each}/") for each in (item.reference, absent))
        assert (there.status_code, there.content.replace(item.reference.encode(), b"")) == (
            404,
            none.content.replace(absent.encode(), b""),
        )
        assert api.get(API).json() == {"hand_ins": [], "after": None}
    assert not visible_cases(world.partner).exists()


@pytest.mark.usefixtures("stranger")
def test_both_locks_show_the_same_of_it(world, hand_in):
    begin_hand_in(actor=world.outsider, now=at())
    barred, case = handed_in(world.officer), Case.objects.get(hand_in=hand_in)
    bar_from_case(actor=world.supervisor, case=case, who=world.colleague, reason="knows_them", now=at())
    bar_from_case(actor=world.supervisor, case=barred.case, who=world.agencies["police"], reason="knows_them", now=at())
    for who in [*PEOPLE, "stranger"]:
        reach = set(visible_hand_ins(world.people[who]).values_list("pk", flat=True))
        with become(WEB), acting_as(world.people[who]):
            rows = set(HandIn.objects.values_list("pk", flat=True))
        assert (who, rows) == (who, reach)


def test_whoever_goes_to_another_agency_loses_it(world, hand_in):
    mover = add_worker(
        actor=world.system,
        agency=world.agencies["harbour"],
        email="mover@harbour.example",
        name="Mover",
        role=Role.PARTNER_WORKER,
        password=PASSWORD,
    )
    theirs = handed_in(mover)
    mover.agency = world.agencies["refuge"]
    mover.save()
    assert outcome_of(lambda: get_hand_in(mover, theirs.reference)) == "NotVisible"
    assert get_hand_in(world.partner, theirs.reference) == theirs
    receive_hand_in(actor=world.caseworker, hand_in=theirs, now=at())
    assert Notice.objects.get(kind="hand_in_news").recipient == world.partner_supervisor


def test_the_log_says_who_did_what_and_no_word_of_it(world, hand_in):
    receive_hand_in(actor=world.caseworker, hand_in=hand_in, now=at())
    told = {(e.actor_id, e.case_id, e.detail.get("act")) for e in events("referrals.hand_in")}
    assert told == {(world.partner.pk, hand_in.case_id, act) for act in (None, "save", "send")}
    assert [e.detail["standing"] for e in events("referrals.tell_hander_in")] == ["received"]
    assert {e.actor_id for e in events("casework.log_contact", case_id=hand_in.case_id)} == {world.system.pk}
