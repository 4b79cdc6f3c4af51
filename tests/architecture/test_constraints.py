"""Constraints: what the database refuses, each broken once, by name, with everything else left right."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from accounts.models import Notice, OnceOnly
from casework.commands import bar_from_case, declare_mark, judge_two_sides, seal_case
from casework.models import (
    AgreementWarning,
    AttemptStandard,
    Case,
    CodeRule,
    GroupGrant,
    Hub,
    Incident,
    LadderStandard,
    LawfulBasis,
    ListedAddress,
    MatchKey,
    NamedSenior,
    PublishedOutcome,
    RiskInstrument,
    RiskRule,
    ServiceStandard,
    StaffMark,
    Visit,
    VisitRule,
)
from casework.models.sealed import Sealed
from config.guards import ONCE, SAID_ONCE
from oversight.models import AlertEvent, AuditQuestion
from referrals import commands
from referrals.models import Referral, ReferralStandard, SuggestionRule
from tests import factories
from tests.architecture.broken import BROKEN, changed
from tests.factories import at

APPS = ["accounts", "audit", "casework", "oversight", "referrals"]


def listed_address(world) -> ListedAddress:
    said = {"lines": "9 Elm Road", "postcode": "IG1 1AA", "place": "IG11AA|9", "spot": (0, 0), "source": "A list"}
    return ListedAddress.objects.create(partnership=world.system.agency.partnership, valid_from=at(), **said)


def visit_in_full(world, case) -> Visit:
    """The visit of a burglary, offered, accepted and planned."""
    factories.VISITS["offer"](world.caseworker, case.visit)
    visit = factories.VISITS["accept"](world.caseworker, case.visit)
    planned = vars(factories.planned_visit()) | {"status": "scheduled"}
    for name, value in planned.items():
        setattr(visit, name, value)
    visit.save()
    return visit


@pytest.fixture
def records(world, case):
    """One good record of each kind, and referrals in each state that constraints tell apart."""
    incident = Incident.objects.create(case=case, partnership=case.partnership, crime_id="ab" * 32)
    case.parties.get(role="victim").routes.create(case=case, kind="email", value="a@b.test")
    case.parties.get(role="victim").aliases.create(case=case, name="Qandy", folded_name="qandy")
    sent = factories.sent(world.caseworker, case, world.services["harbour"])
    accepted = factories.accepted(world.caseworker, world.outsider, case, world.services["elsewhere"])
    other = factories.opened(world.caseworker, kind="burglary")
    declined = factories.sent(world.caseworker, other, world.services["police"])
    request = factories.information_request(world, other, is_sent=True)
    request.refresh_from_db()
    lift_what_keeps_words()
    return {
        "agency": world.agencies["harbour"],
        "front_door": world.agencies["front_door"],
        "invitation": factories.invited(world),
        "user": world.partner,
        "answer": OnceOnly.objects.create(
            user=world.partner, key="k", request_digest=b"", status_code=200, shows_case=False, created_at=at()
        ),
        "notice": Notice.objects.earliest("pk"),
        "intake": factories.logged(world.caseworker).case,
        "case": case,
        "step": case.steps.filter(done_at=None, waits_for=None).first(),
        "offer": other.steps.get(kind="offer_visit"),
        "level": case.risk_levels.earliest("pk"),
        "instrument": RiskInstrument.objects.get(code="dash_24"),
        "rule": RiskRule.objects.get(code="dash_24"),
        "assessed": (assessed := factories.assessed(world.caseworker, case, reason="x")),
        "corrected": factories.assessed(world.caseworker, case, reason="x", supersedes=assessed),
        "unsigned": factories.begun(world.caseworker, case),
        "flag": factories.flagged(world.caseworker, case),
        "incident": incident,
        "visit": visit_in_full(world, other),
        "neighbour": factories.neighboured(world, other),
        "listed": listed_address(world),
        "visit_rule": VisitRule.objects.get(code="alone"),
        "outcome": PublishedOutcome.objects.create(incident=incident, position=1, outcome="", row_digest=""),
        "standard": ServiceStandard.objects.get(code="call_back"),
        "basis": LawfulBasis.objects.get(code="6-e"),
        "draft": factories.draft(world.caseworker),
        "contact": case.contacts.get(),
        "party": case.parties.get(role="victim"),
        "safe": case.routes.get(kind="phone"),
        "unknown": case.routes.get(kind="email"),
        "address": case.addresses.get(),
        "hub": Hub.objects.get(),
        "caller": factories.by_a_neighbour(world),
        "equality": factories.noted(world, case),
        "alias": case.aliases.get(),
        "ask": factories.asked(world, case),
        "who_is_who": factories.judged(world, case),
        "match_key": MatchKey.objects.filter(case=case).first(),
        "key": case.key,
        "decision": sent.decision,
        "consent": sent.decision.consent,
        "agreement": sent.decision.agreement,
        "party_of_agreement": sent.decision.agreement.parties.first(),
        "warning": AgreementWarning.objects.create(agreement=sent.decision.agreement, days=60, warned_at=at()),
        "grant": GroupGrant.objects.filter(sharing=accepted.decision).first(),
        "service": world.services["harbour"],
        "request": request,
        "bar": bar_from_case(actor=world.supervisor, case=case, who=world.officer, reason="knows_them", now=at()),
        "proposal": factories.proposed(world, case),
        "mark": marked(world),
        "unsent": factories.drafted(world.caseworker, case, factories.another_service(world, "harbour")),
        "sent": sent,
        "accepted": accepted,
        "declined": commands.decline_referral(
            actor=world.officer, referral=declined, reason="no_capacity", note="", now=at()
        ),
        "emergency": factories.emergency(world, case),
        "finished": factories.finished(world, case),
        "alert": factories.alert(world, case),
        "event_behind": AlertEvent.objects.get(),
        "audit": factories.drawn(world, case),
        "told": factories.answered(world, case),
        "question": AuditQuestion.objects.get(code="risk"),
        "seal": sealed(world, other),
        "attempt": factories.reaching(world, case),
        "note": factories.handed_over(world),
        "handed_in": factories.handed_in(world, case),
        "code_rule": CodeRule.objects.get(code="VC-3"),
        "clock": factories.owed(world.caseworker, case),
        "plan": factories.planned(world.caseworker, case),
        "file": factories.attached(world.caseworker, case),
        "ladder": AttemptStandard.objects.get(code="high"),
        "override": factories.overridden_way(world, case),
        "erasure": factories.to_be_erased(world, case),
        "hold": factories.held(world, other),
        "closing": factories.to_close(world, case),
        "absence": factories.away(world),
        "suggestion_rule": SuggestionRule.objects.get(code="risk"),
        "gap": factories.gap(world),
        "urgency": LadderStandard.objects.get(code="high"),
        "referral_standard": ReferralStandard.objects.get(code="high"),
        "remark": factories.note(world, case),
        "named": NamedSenior.objects.get(),
        "pair": factories.pair(world, case),
        "judgement": judge_two_sides(
            actor=world.senior, pair=factories.pair(world, case), finding="not_clear_yet", words="x", now=at()
        ),
    }


def marked(world):
    declare_mark(actor=world.officer, telephone="020 7946 0777", address=None, now=at())
    return StaffMark.objects.get()


def sealed(world, case):
    seal_case(
        actor=world.supervisor, case=case, workers=[world.supervisor, world.caseworker], reason="honour_based", now=at()
    )
    return case.seal_members.get(worker=world.caseworker)


def lift_what_keeps_words():
    """The guard of what is said once, which would speak before the constraints."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        for model in ONCE:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER {SAID_ONCE}")


# Where one wrong value offends against two sentences, either may be named.
ALSO = {
    "clock_was_told_by_a_known_holder_of_a_duty": {"clock_that_was_told_says_when_by_whom_and_how"},
    "clock_was_told_in_a_known_way": {"clock_that_was_told_says_when_by_whom_and_how"},
    "bar_proposal_is_dismissed_for_a_known_reason": {"bar_proposal_is_answered_by_a_bar_or_a_dismissal"},
    "erasure_has_a_known_status": {"erasure_is_answered_when_by_whom_and_as_what_or_waits"},
    "erasure_is_answered_in_a_known_role": {"erasure_is_answered_when_by_whom_and_as_what_or_waits"},
    "emergency_access_has_a_known_finding": {"emergency_access_is_reviewed_with_a_finding_in_words"},
    "case_has_a_known_status": {"case_is_open_when_somebody_opened_it", "case_is_closed_when_somebody_closed_it"},
    "contact_has_a_known_status": {"contact_is_logged_when_somebody_logged_it"},
    "referral_has_a_known_status": {
        "referral_is_ended_when_somebody_ended_it",
        "referral_runs_a_clock_while_it_lives",
    },
    "referral_is_chosen_against_for_a_known_reason": {"referral_against_the_suggestion_says_why"},
    "referral_has_a_known_outcome": {"referral_that_is_completed_says_its_outcome"},
    "referral_was_what_they_wanted_in_a_known_way": {"referral_that_is_completed_says_its_outcome"},
    "referral_is_taken_back_for_a_known_reason": {"referral_that_is_taken_back_says_why"},
    "referral_that_is_sent_has_its_decision_and_follow_up": {"referral_is_sent_when_and_by_whom_or_neither"},
}
# Second opinions on the constraints with more than one way to break them.
FURTHER = [
    ("case_is_open_when_somebody_opened_it", changed("intake", opened_at=at())),
    ("step_is_done_when_by_whom_and_how_or_not_at_all", changed("step", outcome="done")),
    ("step_is_done_when_by_whom_and_how_or_not_at_all", changed("step", done_by=F("opened_by"))),
    ("assessment_is_signed_whole_or_not_at_all", changed("unsigned", signed_at=at(), signed_by=F("started_by"))),
    ("assessment_is_signed_whole_or_not_at_all", changed("assessed", draft=Sealed(b"\x01" + bytes(40)))),
    ("contact_is_logged_when_somebody_logged_it", changed("draft", logged_at=at())),
    ("contact_is_logged_when_somebody_logged_it", changed("contact", draft=Sealed(b"\x01" + bytes(40)))),
    ("contact_is_logged_when_somebody_logged_it", changed("contact", happened_at=None)),
    ("contact_that_is_logged_says_how_who_what_and_danger", changed("contact", channel="")),
    ("contact_that_is_logged_says_how_who_what_and_danger", changed("contact", kind="")),
    ("contact_that_is_logged_says_how_who_what_and_danger", changed("contact", caller="")),
    ("contact_that_is_logged_has_a_next_step_or_a_reason", changed("contact", no_step_reason="advice_given")),
    ("route_is_safe_only_when_somebody_confirmed_it", changed("safe", confirmed_at=None, confirmed_by=None)),
    ("bar_proposal_says_why", changed("proposal", why=[])),
    ("bar_proposal_is_answered_by_a_bar_or_a_dismissal", changed("proposal", dismissed="no_conflict")),
    ("decision_names_known_categories", changed("decision", categories=[])),
    ("decision_is_overridden_whole_or_not_at_all", changed("decision", authorised_by=F("decided_by"))),
    ("consent_is_withdrawn_when_and_by_whom_or_neither", changed("consent", withdrawn_by=F("recorded_by"))),
    ("agreement_names_known_categories", changed("agreement", categories=[])),
    ("decision_is_ended_when_and_by_whom_or_neither", changed("decision", ended_by=F("decided_by"))),
    ("referral_that_is_sent_has_its_decision_and_follow_up", changed("sent", decision=None)),
    ("referral_that_is_sent_has_its_decision_and_follow_up", changed("unsent", sent_at=at())),
    ("referral_is_sent_when_and_by_whom_or_neither", changed("sent", sent_at=None)),
    ("referral_that_is_declined_says_why", changed("sent", decline_reason="no_capacity")),
    ("referral_is_ended_when_somebody_ended_it", changed("sent", ended_at=at(), ended_by=F("sent_by"))),
    ("referral_is_ended_when_somebody_ended_it", changed("declined", ended_at=None)),
]


def named_in_models():
    return {
        constraint.name
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


def names_broken_by(breaks, records):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        breaks(records)
    return refusal.value.__cause__.diag.constraint_name


def test_each_is_refused_by_name(records):
    refused_as = {name: names_broken_by(breaks, records) for name, breaks in BROKEN.items()}
    assert {name: other for name, other in refused_as.items() if other not in {name} | ALSO.get(name, set())} == {}


def test_each_is_refused_in_the_other_ways_too(records):
    refused_as = [(name, names_broken_by(breaks, records)) for name, breaks in FURTHER]
    assert [(name, other) for name, other in refused_as if other not in {name} | ALSO.get(name, set())] == []


def test_every_constraint_of_the_models_has_such_a_test():
    assert named_in_models() - set(BROKEN) == set()
    assert set(BROKEN) - named_in_models() == set()


def test_the_database_has_every_constraint_of_the_models(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes")
        there = {name for (name,) in cursor.fetchall()}
    assert named_in_models() - there == set()


@pytest.mark.parametrize("name", sorted(named_in_models()))
def test_its_name_is_a_sentence(name):
    assert len(name.split("_")) >= 3
    assert len(name) <= 63  # PostgreSQL cuts off what is longer


def test_the_records_that_are_spoilt_are_good_ones(records):
    connection.check_constraints()
    for record in records.values():
        record.refresh_from_db()
        type(record)._default_manager.filter(pk=record.pk).update(id=F("id"))


@pytest.mark.parametrize(
    ("model", "key"), [(Case, "contacts"), (Case, "parties"), (Case, "steps"), (Referral, "decision")]
)
def test_nothing_of_a_case_goes_away_with_something_else(model, key):
    field = model._meta.get_field(key)
    on_delete = field.on_delete if hasattr(field, "on_delete") else field.remote_field.on_delete
    assert on_delete.__name__ == "PROTECT"
