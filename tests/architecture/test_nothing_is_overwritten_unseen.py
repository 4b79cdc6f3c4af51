"""Nothing is overwritten unseen: whatever changes what is there already says how it knows that it was seen."""

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

from casework import commands
from casework.models import Case
from referrals.commands import begin_hand_in, save_hand_in
from tests import factories
from tests.architecture.test_only_commands_write import PACKAGES, ROOT, may_write, writes
from tests.doors import Door, doors
from tests.factories import TOKENS, at
from tests.world import World

CHANGING = {"save", "update", "delete", "bulk_update", "update_or_create"}
READINGS = {"api_give_plan", "api_preview_referral", "api_reveal_address"}
# Of many records, which have versions of their own, or of the past, upon which nobody acts.
LISTS = {
    "api_case_clocks",
    "api_plan",
    "api_file",
    "api_files",
    "api_timeline",
    "api_nearby",
    "api_reference",
    "api_case_referrals",
    "api_case_suggestions",
    "api_case_history",
    "api_case_days",
    "api_changes",
    "api_replay",
    "api_given_answer",
}
BY_ONE_PERSON = ("public", "signed in")  # nobody's record yet, or one's own account

# Each function of the commands that changes a row which is there already, and why nobody's words are lost by it.
CHANGES = {
    "casework/commands/contacts.py save_draft": "the caller says which version they saw",
    "casework/commands/contacts.py keep_typing": "the same; and only ever one's own typing",
    "casework/commands/hubs.py close_hub": "a stamp, once",
    "casework/commands/asks.py answer_ask": "refused when it is answered already",
    "casework/commands/people.py undo_judgement": "refused when it is taken back already",
    "casework/commands/contacts.py log_contact": "only an empty kind is filled in; its draft goes by its version",
    "casework/commands/contacts.py _whom_it_is_about": "what was said before stays; what is empty is filled in",
    "casework/commands/allocation.py take_over_case": "whose it is: the log says from whom",
    "casework/commands/allocation.py take_step": "whose it is: the log says from whom",
    "casework/commands/allocation.py end_absence": "a stamp, once",
    "casework/commands/cases.py hurry": "when it is urgent, which follows from what was judged",
    "casework/commands/ladder.py _climb": "locks the row, and looks again whether it still climbs",
    "casework/commands/reference.py change_reference": "ends on the day on which another begins; no row goes",
    "casework/commands/assessments.py start_assessment": "a draft that nobody signed, which the new one begins with",
    "casework/commands/cases.py bring_forward": "only ever earlier; the log says why",
    "casework/commands/imports.py _place": "where a published incident was, which says so once",
    "casework/commands/nearby.py _begin_abuse_case": "a new row",
    "casework/commands/nearby.py ask_overlap": "the last answer; the log keeps the one before",
    "casework/commands/nearby.py load_addresses": "reference data, loaded again",
    "casework/commands/nearby.py note_crime": "numbers are only added; a stamp, once",
    "casework/commands/nearby.py tell_neighbour": "the last answer; its versions keep the one before",
    "casework/commands/closing.py _answer": "refused when it is answered already",
    "casework/commands/notes.py replace_note": "refused when it is replaced already; the old note stays",
    "casework/commands/routes.py add_route": "superseded, and kept",
    "referrals/commands/handins.py save_hand_in": "the caller says which version they saw",
    "referrals/commands/handins.py send_hand_in": "refused when it is sent already",
    "referrals/commands/handins.py answer_hand_in": "refused when it is answered already",
    "referrals/commands/handins.py ask_hander_in": "another question; its versions keep the one before",
    "referrals/commands/handins.py keep_hand_in": "refused when nobody waits for it any more",
    "referrals/commands/handins.py tell_hander_in": "a stamp of the system's own; the log keeps the one before",
    "referrals/commands/handins.py _receive": "refused when it is received already",
    "casework/commands/handover.py take_over": "refused when it is taken over already",
    "casework/commands/routes.py confirm_route": "refused when it was said anew already",
    "casework/commands/routes.py _doubt": "a stamp, once",
    "casework/commands/risk.py countersign_risk": "refused when it was judged anew, or is countersigned already",
    "casework/commands/assessments.py save_assessment": "the page and the API ask for its version",
    "casework/commands/assessments.py _sign": "refused when it is signed already; its draft goes by its version",
    "casework/commands/reference.py _bring_one": "reference data; what was asked and graded by stays",
    "casework/commands/clocks.py settle_clock": "refused when it is settled already",
    "casework/commands/clocks.py chase_clock": "refused while somebody chases it",
    "casework/commands/clocks.py judge_entitlement": "only ever more reasons and words",
    "casework/commands/clocks.py _sooner": "only ever earlier",
    "casework/commands/attachments.py scan_attachment": "what the scanner says now; the log keeps what it said",
    "casework/commands/attempts.py end_attempt": "refused when it is ended already",
    "casework/commands/attempts.py end_override": "a stamp, once",
    "casework/commands/routes.py shorten_routes": "only ever earlier",
    "casework/commands/bars.py lift_bar": "a stamp, once",
    "casework/commands/erasure.py lift_hold": "a stamp, once",
    "casework/commands/bars.py unseal_case": "a stamp, once",
    "casework/commands/proposals.py _propose": "only ever more reasons",
    "casework/commands/proposals.py accept_proposal": "refused when it is answered already",
    "casework/commands/proposals.py dismiss_proposal": "refused when it is answered already",
    "casework/commands/proposals.py withdraw_marks": "a stamp, once",
    "casework/commands/bars.py take_off_seal": "a stamp, once",
    "casework/commands/bars.py _hand_over": "whose it is: the log says which steps, and who did it",
    "casework/commands/sides.py find_two_sides": "reasons are only added, and what is judged stands beside them",
    "casework/commands/sides.py name_senior_practitioner": "a stamp, once",
    "casework/commands/sides.py _tell_of": "a stamp of the system's own; the log keeps the one before",
    "oversight/commands/alerts.py answer_alert": "refused when it is answered already",
    "referrals/commands/withdrawal.py _come_back": "whose it is",
    "casework/commands/emergency.py close_emergency": "a stamp, once",
    "casework/commands/emergency.py review_emergency": "refused when it is reviewed already",
    "casework/commands/keys.py rewrap_keys": "the key is the same; who holds the row keeps it, and it comes again",
    "casework/commands/cases.py settle": "refused when it is settled already",
    "casework/commands/sharing.py _begin": "a stamp, once",
    "casework/commands/sharing.py _end": "a stamp, once; grants that end are not words",
    "casework/commands/sharing.py shorten_sharing": "only ever earlier; the log keeps the end before",
    "casework/commands/withdrawal.py withdraw_consent": "a stamp, once",
    "casework/commands/agreements.py end_agreement": "a stamp, once",
    "referrals/commands/changes.py _tell_who_works_on_it": "only ever later moments, under the lock of the row",
    "referrals/commands/climbing.py _climb": "how far it climbed: the log keeps the rung before",
    "referrals/commands/following.py follow": "follows the row that `move` locked",
    "referrals/commands/services.py write": "a page or If-Match says which version; places are as they are now",
    "accounts/transitions.py move": "locks the row, and refuses any other state",
    "accounts/commands/invitations.py send_invitation_again": "a stamp; the link before is void, as its page says",
    "accounts/commands/invitations.py take_back_invitation": "a stamp, once",
    "casework/commands/leaving.py _hand_over": "whose it is: the log says from whom; and a stamp, once",
    "casework/commands/leaving.py _heir": "a stamp, once",
    "referrals/commands/withdrawal.py hand_over_referrals": "whose it is: the log says from whom",
    "accounts/commands/__init__.py change_password": "one's own",
    "accounts/commands/__init__.py keep_answer": "of one key, under the lock of that key",
    "accounts/commands/__init__.py purge_once_only": "what is too old to be given again",
    "accounts/commands/__init__.py send_notice": "a stamp, once",
    "accounts/commands/__init__.py _worker": "a new row",
}
NEED_A_VERSION = {
    "end_agency",
    "contact",
    "keep_typing",
    "judge_risk",
    "assessment",
    "countersign_risk",
    "api_assessment put",
    "api_sign_assessment post",
    "link_person",
    "send_referral",
    "end_sharing",
    "shorten_sharing",
    "widen_sharing",
    "api_draft put",
    "api_log_contact post",
    "edit_service",
    "assure_service",
    "hand_in",
    "api_hand_in put",
}


def changes_in(name: str, source: str) -> set[str]:
    """The functions of a file that change what is there already."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    return {f"{name} {function.name}" for function in functions if any(map(changes, ast.walk(function)))}


def changes(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr in CHANGING and writes(node)


def files() -> list[Path]:
    found = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [p for p in found if may_write(p.relative_to(ROOT).as_posix()) and "migrations" not in p.parts]


def acting() -> list[Door]:
    return [d for d in doors() if d.declares not in BY_ONE_PERSON and set(d.methods) - {"get"}]


def said_by(door: Door) -> Any:
    view: Any = getattr(door.view, "view_class", None) or getattr(door.view, "cls", None)
    return getattr(view, "needs_version", None)


def test_each_command_that_changes_a_row_says_why_nothing_is_lost_by_it():
    found = {each for path in files() for each in changes_in(path.relative_to(ROOT).as_posix(), path.read_text())}
    assert found == set(CHANGES)


def test_each_view_says_for_each_act_whether_it_needs_a_version():
    for door in acting():
        said = said_by(door)
        if isinstance(door.declares, dict):
            assert (door.name, set(said or ())) == (door.name, set(door.methods) - {"get"})
        else:
            assert (door.name, type(said)) == (door.name, bool)


def test_those_that_need_one_are_known_and_tried():
    pages = {door.name for door in acting() if said_by(door) is True}
    api = {
        f"{d.name} {m}" for d in acting() if isinstance(said_by(d), dict) for m, needs in said_by(d).items() if needs
    }
    assert pages | api == NEED_A_VERSION


def test_what_needs_a_version_does_nothing_without_one(world: World, case: Case):
    draft = factories.draft(world.caseworker)
    commands.save_draft(actor=world.caseworker, contact=draft, draft={"said": TOKENS.said}, now=at())
    drafted = factories.drafted(world.caseworker, case, world.services["harbour"])
    mine, same = (c.parties.get(role="victim") for c in (case, factories.opened(world.caseworker)))
    contact = f"/contacts/{draft.reference}/"
    begun = factories.begun(world.caseworker, case)
    commands.save_assessment(actor=world.caseworker, assessment=begun, draft={"q_1": "yes"}, now=at())
    commands.judge_risk(actor=world.caseworker, case=case, level="medium", why="Calmer.", now=at())
    link = {"party": mine.public_id, "same_as": same.public_id}
    page, api = world.page("caseworker"), world.api("caseworker")
    accepted = factories.accepted(world.caseworker, world.outsider, case, world.services["elsewhere"])
    service = f"/directory/{world.services['harbour'].entry['id']}/"
    share = f"/shares/{accepted.decision.public_id}/"
    handed = begin_hand_in(actor=world.partner, now=at())
    save_hand_in(actor=world.partner, hand_in=handed, typed={"said": TOKENS.said}, now=at())
    handed_in = f"/hand-ins/{handed.reference}/"
    answers = {
        "hand_in": world.page("partner").post(handed_in, {"save": "save", "said": "Mine"}),
        "api_hand_in put": world.api("partner").put(f"/api/v1{handed_in}", {"contents": {}}, format="json"),
        "contact": page.post(contact, {"save": "save", "said": "Mine"}),
        "keep_typing": page.post(f"{contact}typing/", {"said": "Mine"}),
        "judge_risk": page.post(f"/cases/{case.reference}/risk/", {"level": "standard", "why": "Mine"}),
        "assessment": page.post(f"/assessments/{begun.public_id}/", {"save": "save", "present": "Nobody"}),
        "countersign_risk": world.page("supervisor").post(f"/cases/{case.reference}/risk/countersign/", {}),
        "api_assessment put": api.put(f"/api/v1/assessments/{begun.public_id}/", {"q_1": "no"}, format="json"),
        "api_sign_assessment post": api.post(f"/api/v1/assessments/{begun.public_id}/sign", {}, format="json"),
        "link_person": page.post(f"/cases/{case.reference}/link/", link),
        "send_referral": page.post(f"/referrals/{drafted.reference}/send/", {"send": "send"}),
        **{f"{act}_sharing": page.post(f"{share}{act}/", {}) for act in ("end", "shorten", "widen")},
        "end_agency": world.page("manager").post(f"/agencies/{world.agencies['police'].pk}/end/", {}),
        **{f"{act}_service": world.page("manager").post(f"{service}{act}/", {}) for act in ("edit", "assure")},
        "api_draft put": api.put(f"/api/v1{contact}draft", {"said": "Mine"}, format="json"),
        "api_log_contact post": api.post(f"/api/v1{contact}log", {}, format="json"),
    }
    wanted = {name: 428 if name.startswith("api_") else 409 for name in NEED_A_VERSION}
    assert {name: answer.status_code for name, answer in answers.items()} == wanted


def test_the_api_documents_the_version_of_each_record_and_of_each_act_upon_one():
    paths = yaml.safe_load((ROOT / "docs" / "api.yaml").read_text())["paths"]
    for door in [d for d in doors() if d.name.startswith("api_") and "<" in d.route]:
        operations = paths[documented(door.route)]
        for method in door.methods:
            asked = {each["name"] for each in operations[method].get("parameters", [])}
            answered = operations[method]["responses"]
            if method == "get":
                assert (door.name, "ETag" in answered["200"].get("headers", {})) == (
                    door.name,
                    door.name not in LISTS,
                )
            elif door.name not in READINGS:
                assert (door.name, "If-Match" in asked, "412" in answered) == (door.name, True, True)
                assert (door.name, "428" in answered) == (door.name, said_by(door)[method])


def documented(route: str) -> str:
    """A route as the API's document writes it."""
    words = ["{" + part.partition(":")[2][:-1] + "}" if part.startswith("<") else part for part in route.split("/")]
    return "/" + "/".join(words)


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("def f(): case.save(update_fields=['status'])", 1),
        ("def f(): Case.objects.filter(pk=1).update(status='open')", 1),
        ("def f(): case.steps.filter(pk=1).delete()", 1),
        ("def f(): Case.objects.create(kind='other')", 0),
        ("def f(): values.update(kind='other')", 0),
    ],
)
def test_this_check_notices(source: str, count: int):
    assert len(changes_in("x.py", source)) == count
