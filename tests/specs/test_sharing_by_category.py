"""Sharing by category: an agency sees exactly the information categories that were decided, and nothing beside."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from guardian.shortcuts import assign_perm, get_objects_for_user, get_perms
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.authorization import Denied, NotVisible
from casework.categories import PERMISSION, Category
from casework.models import Case, GroupGrant, Incident, Party
from casework.policy import ALL_CATEGORIES, cases_showing, categories_for, visible_cases
from casework.queries import project, read_case
from referrals.commands import withdraw_referral
from referrals.queries import preview
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import TOKENS, at

EVERYBODY = [
    "caseworker",
    "colleague",
    "supervisor",
    "auditor",
    "partner",
    "partner_supervisor",
    "officer",
    "police_system",
    "outsider",
]
IN = {
    "identity": {TOKENS.name, TOKENS.language, TOKENS.access_needs},
    "contact": {TOKENS.when_safe, TOKENS.note},
    "location": {"On or near Quillbert Way"},
    "incident": {"deadbeef" * 8},
    "risk": {TOKENS.why},
    "narrative": {TOKENS.said, "Wanda Witnessel"},
    "household": {"Chico Childerlin"},
    "alleged": {TOKENS.alleged, "07700 900555"},
    "needs": {TOKENS.support_needs},
}
MASKED = {TOKENS.route, TOKENS.lines, TOKENS.postcode, "99 Hideaway Mews"}  # in no category, until an act reveals them
EVERY_TOKEN = MASKED.union(*IN.values())
SUBSETS = st.sets(st.sampled_from(sorted(IN)))
in_one_world = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def full(case):
    """The case, with something of its own in every category."""
    Incident.objects.create(
        case=case, partnership=case.partnership, crime_id="deadbeef" * 8, place="On or near Quillbert Way"
    )
    alleged = case.parties.get(role="alleged")
    alleged.routes.create(case=case, kind="phone", value="07700 900555")
    alleged.addresses.create(case=case, lines="99 Hideaway Mews")
    for role, name in {"child": "Chico Childerlin", "witness": "Wanda Witnessel"}.items():
        person = type(alleged.person).objects.create(partnership=case.partnership)
        Party.objects.create(case=case, person=person, role=role, name=name)
    return case


def tokens_in(sections):
    text = repr([(section.category, [[e.values, e.rows] for e in section.entries]) for section in sections])
    return {token for token in EVERY_TOKEN if token in text}


def tokens_of(categories):
    return set().union(*(IN[category] for category in categories))


def shown(sections):
    return [(s.category, [(type(e.item), e.item.pk, e.values) for e in s.entries]) for s in sections]


def shared_with_harbour(world, case, categories):
    return factories.accepted(
        world.caseworker, world.partner, case, world.services["harbour"], categories=tuple(categories)
    )


@pytest.mark.parametrize("category", sorted(IN))
def test_each_category_shows_what_stands_in_it_and_nothing_else(full, category):
    assert tokens_in(project(full, {category})) == IN[category]


def test_every_category_that_there_is_was_tried():
    assert set(IN) == set(Category)


@given(SUBSETS)
@in_one_world
def test_any_choice_of_categories_shows_exactly_those(full, chosen):
    assert tokens_in(project(full, chosen)) == tokens_of(chosen)


@pytest.mark.parametrize("category", sorted(IN))
def test_a_partner_reads_the_category_that_was_shared_and_no_other(world, full, category):
    shared_with_harbour(world, full, [category])
    view = read_case(actor=world.partner, reference=full.reference, purpose="casework")
    assert tokens_in(view.sections) == IN[category]
    assert (view.is_held, view.steps, view.others, view.parties) == (False, (), (), ())


@pytest.mark.parametrize("chosen", [("identity",), ("contact", "risk"), tuple(sorted(IN))])
def test_what_the_sender_previews_is_what_the_partner_then_sees(world, full, chosen):
    draft = factories.drafted(world.caseworker, full, world.services["harbour"])
    promised = preview(actor=world.caseworker, referral=draft, categories=chosen, now=at())
    withdraw_referral(actor=world.caseworker, referral=draft, reason="not_needed", now=at())
    shared_with_harbour(world, full, chosen)
    view = read_case(actor=world.partner, reference=full.reference, purpose="casework")
    assert shown(view.sections) == shown(promised.sections)
    assert tokens_in(promised.sections) == tokens_of(chosen)


@pytest.mark.parametrize(
    ("who", "becomes"),
    {"colleague": "done", "auditor": "Denied", "partner": "Denied", "officer": "NotVisible"}.items(),
)
def test_only_the_sender_previews(world, full, who, becomes):
    sent = factories.sent(world.caseworker, full, world.services["harbour"])
    actor = world.people[who]
    assert outcome_of(lambda: preview(actor=actor, referral=sent, categories=sorted(IN), now=at())) == becomes


def test_a_preview_is_recorded_with_its_categories(world, full):
    draft = factories.drafted(world.caseworker, full, world.services["harbour"])
    preview(actor=world.colleague, referral=draft, categories=["risk", "alleged"], now=at())
    (event,) = events("casework.view_case")
    assert (event.actor_id, event.case_id, event.purpose, event.categories) == (
        world.colleague.pk,
        full.pk,
        "preview",
        ["alleged", "identity", "risk"],  # language and access needs stand in the summary
    )


@pytest.mark.parametrize("category", sorted(IN))
def test_a_new_value_is_seen_at_once_by_those_with_its_category(world, full, category):
    shared_with_harbour(world, full, [category])
    route = full.routes.get(party__role="victim")
    route.note = "never before seven"
    route.save(update_fields=["note"])
    view = read_case(actor=world.partner, reference=full.reference, purpose="casework")
    assert ("never before seven" in repr(shown(view.sections))) == (category == "contact")


@given(chosen=SUBSETS.filter(bool))
@settings(in_one_world, max_examples=4)
def test_guardian_policy_and_the_list_by_category_agree(world, full, chosen):
    with transaction.atomic():
        shared_with_harbour(world, full, chosen)
        for who in ("colleague", "auditor", "partner", "outsider"):
            user = world.people[who]
            perms = set(get_perms(user, full))
            by_guardian = {c for c, name in PERMISSION.items() if {name, "hold_case"} & perms}
            assert by_guardian == categories_for(user, full)
            assert {c for c in Category if cases_showing(user, c).filter(pk=full.pk).exists()} == by_guardian
            assert user.has_perm("casework.view_case", full) == visible_cases(user).filter(pk=full.pk).exists()
            for name in PERMISSION.values():
                assert user.has_perm(f"casework.{name}", full) == (name in perms)
        transaction.set_rollback(True)


@pytest.mark.parametrize("who", EVERYBODY)
def test_guardian_lists_the_same_cases(world, accepted, who):
    factories.opened(world.colleague)
    user = world.people[who]
    listed = get_objects_for_user(user, "casework.view_case", Case, with_superuser=False, accept_global_perms=False)
    assert set(listed) == set(visible_cases(user))
    assert len(listed) == {"front_door": 2, "support": 1}.get(user.agency.kind, 0)


def test_a_permission_on_every_case_opens_none(world, case):
    permission = Permission.objects.get(codename="view_case", content_type__app_label="casework")
    world.outsider.user_permissions.add(permission)
    world.outsider.agency.group.permissions.add(permission)
    assert not visible_cases(world.outsider).exists()
    assert categories_for(world.outsider, case) == frozenset()
    with pytest.raises(NotVisible):
        read_case(actor=world.outsider, reference=case.reference, purpose="casework")


@pytest.mark.parametrize("codename", ["view_case", "hold_case", "view_location"])
def test_a_grant_without_a_decision_is_refused_even_through_guardian(world, case, codename):
    with pytest.raises(IntegrityError, match="a grant needs its sharing decision"), transaction.atomic():
        assign_perm(f"casework.{codename}", world.agencies["elsewhere"].group, case)
    assert not visible_cases(world.outsider).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda grant, world, other: setattr(grant, "content_object", other),
        lambda grant, world, other: setattr(grant, "group", world.agencies["elsewhere"].group),
        lambda grant, world, other: setattr(grant, "valid_until", at(24 * 31)),
        lambda grant, world, other: setattr(grant, "valid_until", None),
    ],
    ids=["another case", "another agency", "longer", "for good"],
)
def test_a_grant_keeps_to_its_decision(world, sent, wrong):
    grant = GroupGrant(
        content_object=sent.case,
        group=world.agencies["harbour"].group,
        permission=Permission.objects.get(codename="view_location", content_type__app_label="casework"),
        sharing=sent.decision,
        valid_until=sent.decision.until,
    )
    wrong(grant, world, factories.opened(world.caseworker))
    with pytest.raises(IntegrityError, match="of its own case, recipient and time"), transaction.atomic():
        grant.save()
    assert not GroupGrant.objects.filter(sharing=sent.decision).exists()


def test_the_holder_sees_every_category(world, case):
    assert categories_for(world.colleague, case) == ALL_CATEGORIES


def test_reading_is_recorded_with_the_categories_that_were_shown(world, full):
    shared_with_harbour(world, full, ["identity", "risk"])
    read_case(actor=world.partner, reference=full.reference, purpose="casework")
    (event,) = events("casework.view_case", actor_id=world.partner.pk)
    assert (event.case_id, event.purpose, event.categories) == (full.pk, "casework", ["identity", "risk"])


def test_the_auditor_reads_no_case_although_their_agency_holds_it(world, full):
    with pytest.raises(Denied):
        read_case(actor=world.auditor, reference=full.reference, purpose="casework")
    assert events("casework.view_case") == []


@pytest.mark.parametrize(
    "change",
    [
        lambda grant, world: {"group": world.agencies["elsewhere"].group},
        lambda grant, world: {"permission": Permission.objects.get(codename="view_needs")},
        lambda grant, world: {"valid_until": None},
        lambda grant, world: {"valid_until": grant.valid_until + timedelta(seconds=1)},
    ],
)
def test_a_grant_that_is_there_can_only_end(world, accepted, change):
    grant = GroupGrant.objects.filter(sharing=accepted.decision).order_by("pk").first()
    with pytest.raises(IntegrityError, match="can only end"), transaction.atomic():
        GroupGrant.objects.filter(pk=grant.pk).update(**change(grant, world))
