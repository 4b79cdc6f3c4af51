"""States: in every state, every verb of every person either moves the record or is refused as these tables say."""

import re

import pytest
from django.apps import apps
from django.db import connection, transaction

from accounts.transitions import Transition, possible
from casework import states as casework_states
from casework.commands import (
    approve_erasure,
    ask_erasure,
    close_case,
    end_attempt,
    log_contact,
    open_case,
    reopen_case,
    use_route,
)
from casework.models import AttemptStandard, Case
from casework.plans import ClosingPlan
from casework.states import CaseStatus, ContactStatus, ErasureStatus, VisitStatus
from oversight import states as oversight_states
from oversight.models import CaseAudit
from oversight.states import AuditStatus
from referrals import commands, states
from referrals.models import InformationRequest, Referral, Service
from referrals.states import LIVE, ReferralStatus
from tests import factories
from tests.conftest import as_a_worker, at_once, events, outcome_of
from tests.factories import at

FRONT = {"caseworker", "colleague", "supervisor"}
HARBOUR = {"partner", "partner_supervisor"}
STRANGERS = {"officer", "outsider", "police_system"}
PERSONAS = sorted(FRONT | HARBOUR | STRANGERS | {"auditor"})

UNANSWERED = ("sent", "acknowledged", "asked", "waitlisted")
IN_EFFECT = ("accepted", "contacting", "engaged")
ENDED = ("declined", "duplicate", "unable", "expired", "withdrawn", "recalled", "completed")
# verb: who may, and from which states it moves the record to which
REFERRALS = {
    "send": (FRONT, {"draft": "sent"}),
    "acknowledge": (HARBOUR, {"sent": "acknowledged"}),
    "ask about": (HARBOUR, dict.fromkeys(("sent", "acknowledged"), "asked")),
    "resubmit": (FRONT, {"asked": "acknowledged"}),
    "put on a waiting list": (HARBOUR, dict.fromkeys(("sent", "acknowledged"), "waitlisted")),
    "set aside": (HARBOUR, dict.fromkeys(("sent", "acknowledged", "asked"), "duplicate")),
    "accept": (HARBOUR, dict.fromkeys(UNANSWERED, "accepted")),
    "decline": (HARBOUR, dict.fromkeys(UNANSWERED, "declined")),
    "engage": (HARBOUR, dict.fromkeys(IN_EFFECT, "engaged")),
    "give up": (HARBOUR, dict.fromkeys(IN_EFFECT, "unable")),
    "complete": (HARBOUR, dict.fromkeys(IN_EFFECT, "completed")),
    "withdraw": (FRONT, dict.fromkeys(("draft", *UNANSWERED, *IN_EFFECT), "withdrawn")),
    "recall": (FRONT, dict.fromkeys((*UNANSWERED, *IN_EFFECT), "recalled")),
}
# What nobody presses a button for: it follows from an attempt to reach them, or from the time.
OF_THEMSELVES = {
    "try to reach": dict.fromkeys(("accepted", "contacting"), "contacting"),
    "let run out": {"waitlisted": "expired"},
}
WELL = {"outcome_code": "supported", "as_wanted": "yes", "outcome": "Done."}
ACTS = {
    "send": lambda who, r: commands.send_referral(actor=who, referral=r, share=factories.share(r.service), now=at()),
    "acknowledge": lambda who, r: commands.acknowledge_referral(actor=who, referral=r, now=at()),
    "ask about": lambda who, r: commands.ask_about_referral(actor=who, referral=r, question="Which?", now=at()),
    "resubmit": lambda who, r: commands.resubmit_referral(actor=who, referral=r, added="That one.", now=at()),
    "put on a waiting list": lambda who, r: commands.put_on_waiting_list(
        actor=who, referral=r, until=at(24 * 30), now=at()
    ),
    "set aside": lambda who, r: commands.set_aside_duplicate(actor=who, referral=r, of=other_of(r).reference, now=at()),
    "accept": lambda who, r: commands.accept_referral(actor=who, referral=r, now=at()),
    "decline": lambda who, r: commands.decline_referral(actor=who, referral=r, reason="no_capacity", note="", now=at()),
    "engage": lambda who, r: commands.engage(actor=who, referral=r, now=at()),
    "give up": lambda who, r: commands.give_up(actor=who, referral=r, alternative="", now=at()),
    "withdraw": lambda who, r: commands.withdraw_referral(actor=who, referral=r, reason="not_needed", now=at()),
    "recall": lambda who, r: commands.withdraw_referral(actor=who, referral=r, reason="wrong_person", now=at()),
    "complete": lambda who, r: commands.complete_referral(actor=who, referral=r, **WELL, now=at()),
}
# How a referral came to where it is. One withdrawn before it was answered is not seen by whom it was for, nor is one
# that was recalled.
WAYS = {
    "draft": [],
    "sent": ["send"],
    "acknowledged": ["send", "acknowledge"],
    "asked": ["send", "ask about"],
    "waitlisted": ["send", "put on a waiting list"],
    "duplicate": ["send", "set aside"],
    "accepted": ["send", "accept"],
    "contacting": ["send", "accept", "try to reach"],
    "engaged": ["send", "accept", "engage"],
    "unable": ["send", "accept", "give up"],
    "declined": ["send", "decline"],
    "expired": ["send", "put on a waiting list", "let run out"],
    "withdrawn": ["send", "accept", "withdraw"],
    "withdrawn unanswered": ["send", "withdraw"],
    "withdrawn unsent": ["withdraw"],
    "recalled": ["send", "accept", "recall"],
    "completed": ["send", "accept", "complete"],
}
UNSEEN = {"draft", "withdrawn unsent", "withdrawn unanswered", "recalled"}
# verb: who may, and from which states it moves a case to which. In a closed case one only opens it again.
CASES = {
    "open": (FRONT, {"intake": "open"}),
    "close": (FRONT, {"open": "closed"}),
    "reopen": (FRONT, {"closed": "open"}),
}
CASE_ACTS = {
    "open": lambda who, case: open_case(actor=who, case=case, step=factories.step(), now=at()),
    "close": lambda who, case: close_case(
        actor=who, case=case, plan=ClosingPlan("supported", "given", "She has moved."), now=at()
    ),
    "reopen": lambda who, case: reopen_case(actor=who, case=case, step=factories.step(), now=at()),
}
CASE_STATES = ("intake", "open", "closed", "erased")
CONTACTS = {
    "draft": {"caseworker": "done"},
    "logged": {"caseworker": "NotPossibleNow", "colleague": "Denied", "supervisor": "Denied", "auditor": "Denied"},
}
TABLES = {
    Referral: (states.REFERRAL_TRANSITIONS, ReferralStatus),
    InformationRequest: (states.REQUEST_TRANSITIONS, states.RequestStatus),
    Case: (casework_states.CASE_TRANSITIONS, CaseStatus),
    apps.get_model("casework.Contact"): (casework_states.CONTACT_TRANSITIONS, ContactStatus),
    apps.get_model("casework.Erasure"): (casework_states.ERASURE_TRANSITIONS, ErasureStatus),
    apps.get_model("casework.Visit"): (casework_states.VISIT_TRANSITIONS, VisitStatus),
    CaseAudit: (oversight_states.AUDIT_TRANSITIONS, AuditStatus),
}
# Verbs that are one act with others, or named for what a person says they do.
NAMED_OTHERWISE = {
    "referrals.progress_referral": {"acknowledge", "ask about", "put on a waiting list", "set aside"}
    | {"try to reach", "engage", "give up"},
    "referrals.send_referral": {"resubmit"},
    "referrals.withdraw_referral": {"recall"},
    "referrals.approve_request": {"approve"},
    "referrals.answer_request": {"give", "answer as not held", "refuse"},
    "referrals.withdraw_request": {"take back"},
    "referrals.expire_waits": {"let run out"},
    "oversight.audit_case": {"finish", "follow up"},
    "oversight.answer_audit": {"answer"},
    "casework.answer_visit": {"accept", "decline", "give up"},
    "casework.attend_visit": {"miss"},
    "casework.record_visit": {"gather evidence", "survey", "care after", "close"},
}


def other_of(referral):
    """Another referral to the same agency."""
    return Referral.objects.exclude(pk=referral.pk).get(service__agency=referral.service.agency_id)


def try_to_reach(world, referral):
    attempt = use_route(actor=world.partner, route=referral.case.routes.get(), now=at())
    end_attempt(actor=world.partner, attempt=attempt, outcome="no_answer", now=at())
    return Referral.objects.get(pk=referral.pk)


def referral_in(world, case, way):
    factories.sent(world.caseworker, case, factories.another_service(world, "harbour"))
    AttemptStandard.objects.update(attempts=0, days=0, ways=0)  # nobody is tried in vain here
    referral = factories.drafted(world.caseworker, case, world.services["harbour"])
    for verb in WAYS[way]:
        if verb == "try to reach":
            AttemptStandard.objects.update(attempts=1)
            referral = try_to_reach(world, referral)
        elif verb == "let run out":
            as_a_worker(commands.expire_waits, actor=world.system, now=at(24 * 31))
        else:
            actor = world.partner if REFERRALS[verb][0] == HARBOUR else world.caseworker
            referral = ACTS[verb](actor, referral)
        Referral.objects.filter(pk=referral.pk).update(level="standard")  # at high risk only a supervisor gives up
        referral.refresh_from_db()
    return Referral.objects.get(pk=referral.pk)


def expected(way, verb, persona):
    """What the tables above say becomes of it."""
    may, moves = REFERRALS[verb]
    if persona in STRANGERS or (persona in HARBOUR and way in UNSEEN):
        return "NotVisible"
    if persona not in may:
        return "Denied"
    if (verb, way) == ("recall", "draft"):
        return "done"  # what was not sent is withdrawn by it
    return "done" if way.split()[0] in moves else "NotPossibleNow"


def tried(act):
    """What becomes of it, and then it never happened."""
    with transaction.atomic():
        outcome = outcome_of(act)
        transaction.set_rollback(True)
    return outcome


@pytest.mark.parametrize("way", WAYS)
def test_each_verb_of_each_person_on_a_referral(world, case, way):
    referral = referral_in(world, case, way)
    cells = [(verb, persona) for verb in REFERRALS for persona in PERSONAS]
    became = {cell: tried(lambda cell=cell: ACTS[cell[0]](world.people[cell[1]], referral)) for cell in cells}
    assert became == {(verb, persona): expected(way, verb, persona) for verb, persona in cells}
    for persona in PERSONAS:  # and the buttons are the verbs that would succeed
        offered = {t.verb for t in possible(referral, states.REFERRAL_TRANSITIONS, actor=world.people[persona])}
        would_succeed = {verb for verb in REFERRALS if expected(way, verb, persona) == "done"}
        assert offered - OF_THEMSELVES.keys() == would_succeed - ({"recall"} if way == "draft" else set())


def case_in(world, status):
    """A case as it is in this state; in an open one nothing waits but its worker's own thoughts."""
    case = Case.objects.get(pk=factories.logged(world.caseworker, step=factories.step("other")).case_id)
    if status == "intake":
        return case
    case = open_case(actor=world.caseworker, case=case, step=None, now=at())
    if status == "closed":
        CASE_ACTS["close"](world.caseworker, case)
    if status == "erased":
        asked = ask_erasure(actor=world.supervisor, case=case, ground="ordered", words="x", now=at())
        approve_erasure(actor=world.senior, erasure=asked, now=at())
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("status", CASE_STATES)
def test_each_verb_of_each_person_on_a_case(world, status):
    case = case_in(world, status)

    def expected_of(verb, persona):
        may, moves = CASES[verb]
        if persona not in may:
            return "Denied" if persona == "auditor" else "NotVisible"
        if status == "erased" or (status == "closed" and verb != "reopen"):
            return "Denied"
        return "done" if status in moves else "NotPossibleNow"

    cells = [(verb, persona) for verb in CASES for persona in PERSONAS]
    became = {cell: tried(lambda cell=cell: CASE_ACTS[cell[0]](world.people[cell[1]], case)) for cell in cells}
    assert became == {cell: expected_of(*cell) for cell in cells}


def test_the_table_of_cases_here_and_there_say_the_same():
    there = {t.verb: {source: t.target for source in t.sources} for t in casework_states.CASE_TRANSITIONS}
    assert there == {verb: moves for verb, (_, moves) in CASES.items()} | {
        "erase": dict.fromkeys(("intake", "open", "closed"), "erased")
    }


@pytest.mark.parametrize("status", CONTACTS)
def test_each_person_logging_a_contact(world, status):
    contact = factories.draft(world.caseworker) if status == "draft" else factories.logged(world.caseworker)
    report = factories.report()
    became = {
        who: tried(lambda who=who: log_contact(actor=world.people[who], contact=contact, report=report, now=at()))
        for who in PERSONAS
    }
    assert became == {who: CONTACTS[status].get(who, "NotVisible") for who in PERSONAS}


def test_the_tables_here_and_there_say_the_same():
    there = {t.verb: {source: t.target for source in t.sources} for t in states.REFERRAL_TRANSITIONS}
    assert there == {verb: moves for verb, (_, moves) in REFERRALS.items()} | OF_THEMSELVES


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_a_table_names_known_states_permissions_and_each_verb_once(model):
    transitions, statuses = TABLES[model]
    verbs = [transition.verb for transition in transitions]
    assert len(verbs) == len(set(verbs))
    assert {state for t in transitions for state in (*t.sources, t.target)} <= set(statuses)
    usual = [t for t in transitions if t.verb not in NAMED_OTHERWISE.get(t.permission, ())]
    assert [t.permission for t in usual if not t.permission.endswith(f".{t.verb}_{model._meta.model_name}")] == []


def test_every_model_with_a_status_has_its_table():
    with_status = {
        model
        for app in ("accounts", "audit", "casework", "oversight", "referrals")
        for model in apps.get_app_config(app).get_models()
        if any(field.name == "status" for field in model._meta.fields)
    }
    assert with_status - {Service} == set(TABLES)  # of itself a service says what is so, and any may follow any


def test_every_transition_stands_in_a_table():
    written = {
        value
        for module in (casework_states, oversight_states, states)
        for value in vars(module).values()
        if isinstance(value, Transition)
    }
    assert written == {transition for transitions, _ in TABLES.values() for transition in transitions}


def test_a_live_state_is_one_from_which_something_leads_on():
    assert {source for t in states.REFERRAL_TRANSITIONS for source in t.sources} == LIVE


def choices():
    return [
        (model, field)
        for app in ("accounts", "casework", "oversight", "referrals")
        for model in apps.get_app_config(app).get_models()
        if model._meta.managed
        for field in model._meta.concrete_fields
        if field.choices
    ]


@pytest.mark.parametrize(("model", "field"), choices(), ids=lambda x: getattr(x, "__name__", None) or x.name)
def test_the_database_knows_the_same_values_as_the_choices(db, model, field):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'",
            [model._meta.db_table],
        )
        checks = [definition for (definition,) in cursor.fetchall()]
    whole = rf"CHECK \(\(\({field.column}\)::text = ANY .*ARRAY\[([^\]]*)\].*\)\)\)"
    lists = [set(re.findall(r"'([^']*)'::", m[1])) for check in checks if (m := re.fullmatch(whole, check))]
    assert lists == [{value for value, _ in field.choices} | ({""} if field.blank else set())]


def test_a_move_records_from_where_to_where(world, sent):
    ACTS["accept"](world.partner, sent)
    (event,) = events("referrals.accept_referral")
    assert (event.detail["before"], event.detail["after"]) == ("sent", "accepted")


def test_a_move_looks_at_the_record_as_it_is_now_not_as_it_was_read(world, sent):
    stale = Referral.objects.get(pk=sent.pk)
    ACTS["decline"](world.partner, sent)
    assert stale.status == "sent"
    assert outcome_of(lambda: ACTS["accept"](world.partner, stale)) == "NotPossibleNow"


@pytest.mark.usefixtures("for_real")
@pytest.mark.django_db(transaction=True)
def test_of_two_answers_in_one_moment_one_counts(world):
    case = factories.opened(world.caseworker)
    sent = factories.sent(world.caseworker, case, world.services["harbour"])
    yes = lambda wait: (wait(), ACTS["accept"](world.partner, sent))  # noqa: E731
    no = lambda wait: (wait(), ACTS["decline"](world.partner_supervisor, sent))  # noqa: E731
    problems = at_once(yes, no)
    assert sorted(type(problem).__name__ for problem in problems) == ["NoneType", "NotPossibleNow"]
    assert case.live_grants.filter(sharing=sent.decision_id).exists() == (problems[0] is None)
