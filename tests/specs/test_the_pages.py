"""The pages do what the commands do: each step of the first path by form, with what is wrong said at the field."""

import html

import pytest

from casework.models import Case, Contact, NextStep, Party, RiskLevel
from casework.states import CaseStatus, ContactStatus
from oversight.pages import FILE_COLUMNS
from referrals.models import Referral
from referrals.states import ReferralStatus
from tests import factories
from tests.conftest import events
from tests.factories import TOKENS
from tests.forms import hidden
from tests.page_calls import SAID, moment, planned, sharing
from tests.world import World


def reads(response) -> str:
    return html.unescape(response.content.decode())


@pytest.fixture
def draft(world: World) -> Contact:
    return factories.draft(world.caseworker)


def test_the_start_page_leads_everybody_to_their_own_work(world: World):
    begin = {"caseworker": "/my-work/", "supervisor": "/my-work/", "partner": "/inbox/", "auditor": "/history/"}
    assert {who: world.page(who).get("/")["Location"] for who in begin} == begin
    assert world.page("police_system").get("/")["Location"] == "/hand-ins/"


def test_a_contact_is_started_and_its_draft_waits_on_my_work(world: World):
    client = world.page("caseworker")
    response = client.post("/contacts/start/")
    contact = Contact.objects.get()
    assert response["Location"] == f"/contacts/{contact.reference}/"
    assert contact.reference in reads(client.get("/my-work/"))
    assert contact.reference not in reads(world.page("colleague").get("/my-work/"))


def test_a_draft_is_kept_as_it_was_typed_right_or_wrong(world: World, draft: Contact):
    client, address = world.page("caseworker"), f"/contacts/{draft.reference}/"
    client.post(address, {"save": "save", "name": TOKENS.name, "date_of_birth_day": "99", "csrfmiddlewaretoken": "x"})
    draft.refresh_from_db()
    assert draft.draft == {"name": TOKENS.name, "date_of_birth_day": "99"}
    page = reads(client.get(address))
    assert TOKENS.name in page
    assert 'value="99"' in page


def test_logging_a_contact_makes_an_intake_with_its_records(world: World, draft: Contact):
    client, address = world.page("caseworker"), f"/contacts/{draft.reference}/"
    response = client.post(address, {"log": "log", **SAID, **moment("happened_at", -0.1), **planned()})
    draft.refresh_from_db()
    assert response["Location"] == f"/cases/{draft.case.reference}/"
    assert draft.status == ContactStatus.LOGGED
    assert draft.case.parties.get().interpreter_needed is True
    assert draft.next_step.owner == world.caseworker
    assert client.get(address)["Location"] == response["Location"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"route_value": "07457 ABCDEF"}, "Enter a telephone number"),
        ({"happened_at_year": "2999"}, "cannot be in the future"),
        ({"step_kind": ""}, "Choose what happens next"),
        ({"no_step_reason": "advice_given"}, "Choose what happens next"),
        ({"step_due_time": "soon"}, "Time must be like"),
        ({"step_due_year": "2020"}, "The due time must be in the future"),
        ({"postcode": "far too long a postcode"}, "“Postcode” must be 10 characters or fewer"),
        (
            {"step_kind": "other", "step_due_day": "", "step_due_month": "", "step_due_year": "", "step_due_time": ""},
            "by when it must be done",
        ),
        ({"route_kind": ""}, "Choose how they can be reached"),
        ({"address_lines": "", "postcode": "ZZ9 7XQ"}, "Enter the address that goes with the postcode"),
        ({"danger": ""}, "Are they in danger now?"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_that_was_typed_is_lost(
    world: World, draft: Contact, wrong: dict[str, str], message: str
):
    typed = {**SAID, **moment("happened_at", -0.1), **planned(), **wrong}
    response = world.page("caseworker").post(f"/contacts/{draft.reference}/", {"log": "log", **typed})
    draft.refresh_from_db()
    assert response.status_code == 400
    assert message in reads(response)
    assert TOKENS.said in reads(response)
    assert draft.status == ContactStatus.DRAFT
    assert draft.draft["said"] == TOKENS.said
    assert not Party.objects.exists()


def test_a_contact_that_needs_nothing_further_says_why(world: World, draft: Contact):
    typed = {**SAID, "route_kind": "", "route_value": "", "address_lines": "", "no_step_reason": "advice_given"}
    world.page("caseworker").post(f"/contacts/{draft.reference}/", {"log": "log", **typed, **moment("happened_at", 0)})
    draft.refresh_from_db()
    assert (draft.next_step, draft.no_step_reason) == (None, "advice_given")


def test_another_contact_is_logged_on_the_same_case(world: World, case: Case):
    world.page("colleague").post("/contacts/start/", {"case": case.reference})
    assert Contact.objects.filter(case=case, status=ContactStatus.DRAFT).get().started_by == world.colleague


def test_somebody_known_already_is_found_by_the_body_of_a_request_and_linked_by_choice(world: World, case: Case):
    intake = factories.logged(world.colleague).case
    client, address = world.page("colleague"), f"/cases/{intake.reference}/known/"
    assert TOKENS.name in reads(client.get(address))
    assert client.post(address, {}).status_code == 400
    assert client.post(address, {"telephone": "not a number"}).status_code == 400
    found = reads(client.post(address, {"telephone": "(020) 7946-0123"}))
    assert case.reference in found
    assert "same telephone number" in found
    mine, theirs = intake.parties.get(role="victim"), case.parties.get(role="victim")
    looked = hidden(client.post(address, {"telephone": TOKENS.route}))
    said = {"party": mine.public_id, "same_as": theirs.public_id, "reason": "She says so.", **looked}
    client.post(f"/cases/{intake.reference}/link/", said)
    mine.refresh_from_db()
    assert mine.person == theirs.person
    assert case.reference in reads(client.get(f"/cases/{intake.reference}/"))
    assert "Linked already" in reads(client.post(address, {"name": TOKENS.name}))


def test_the_search_starts_empty_where_nobody_is_named(world: World):
    nobody = factories.logged(world.caseworker, victim=None, routes=(), address=None, alleged_name="")
    page = world.page("caseworker").get(f"/cases/{nobody.case.reference}/known/")
    assert page.status_code == 200


def test_a_party_of_another_case_cannot_be_linked_from_here(world: World, case: Case):
    intake = factories.logged(world.caseworker).case
    theirs = case.parties.get(role="victim").public_id
    for body in [{"party": theirs, "same_as": theirs}, {"party": "nonsense", "same_as": theirs}]:
        assert world.page("caseworker").post(f"/cases/{intake.reference}/link/", body).status_code == 404


def test_an_intake_is_opened_with_the_step_that_its_contact_left_or_with_another(world: World):
    for extra, steps in [({}, 1), (planned("call_back"), 2)]:
        intake = factories.logged(world.caseworker).case
        address = f"/cases/{intake.reference}/open/"
        assert world.page("caseworker").get(address).status_code == 200
        world.page("caseworker").post(address, extra)
        intake.refresh_from_db()
        assert intake.status == CaseStatus.OPEN
        assert intake.steps.count() == steps


def test_an_intake_without_a_next_step_is_not_opened_and_says_so(world: World):
    intake = factories.logged(world.caseworker, no_step_reason="advice_given").case
    response = world.page("caseworker").post(f"/cases/{intake.reference}/open/", {})
    assert response.status_code == 409
    assert "Say what happens next" in reads(response)


def test_danger_and_high_risk_stand_beside_the_heading_for_whoever_may_see_risk(world: World):
    case = factories.opened(world.caseworker, danger="yes")
    referral = factories.accepted(
        world.caseworker, world.partner, case, world.services["harbour"], categories=("identity",)
    )
    heads = {who: reads(world.page(who).get(f"/cases/{case.reference}/")) for who in ("caseworker", "partner")}
    assert "High risk" in heads["caseworker"]
    assert "In danger now" in heads["caseworker"].partition("Next steps")[0]
    assert "High risk" not in heads["partner"] + reads(world.page("partner").get(f"/referrals/{referral.reference}/"))


def test_the_risk_is_judged_with_its_reason(world: World, case: Case):
    client, address = world.page("caseworker"), f"/cases/{case.reference}/risk/"
    form = hidden(client.get(address)) | {"level": "medium"}
    assert client.post(address, form).status_code == 400
    assert client.post(address, form | {"why": "He has moved out."}).status_code == 302
    assert RiskLevel.objects.filter(case=case).latest("judged_at").level == "medium"


def test_a_step_is_settled_with_what_comes_after_it(world: World):
    client, case = world.page("caseworker"), factories.unjudged(world.caseworker)
    first, last = case.steps.order_by("pk")
    assert client.get(f"/steps/{first.public_id}/").status_code == 200
    assert client.post(f"/steps/{first.public_id}/", {}).status_code == 400
    assert client.post(f"/steps/{first.public_id}/", {"outcome": "done"}).status_code == 302
    assert client.post(f"/steps/{last.public_id}/", {"outcome": "done"}).status_code == 409
    assert client.post(f"/steps/{last.public_id}/", {"outcome": "done", **planned("other")}).status_code == 302
    assert NextStep.objects.get(case=case, done_at=None).kind == "other"


def test_the_work_list_comes_in_pages(world: World):
    for _ in range(27):
        factories.logged(world.caseworker)
    client = world.page("caseworker")
    first = reads(client.get("/my-work/?whose=duty"))
    after = first.partition('href="/my-work/?whose=duty&after=')[2].partition('"')[0]
    second = reads(client.get(f"/my-work/?whose=duty&after={after}"))
    assert (first.count("govuk-table__row"), second.count("govuk-table__row")) == (1 + 25, 1 + 2)
    assert reads(client.get("/my-work/?whose=duty&after=nonsense")).count("govuk-table__row") == 1 + 25
    assert "Nothing is waiting here." in reads(client.get("/my-work/"))


def test_a_referral_is_drafted_previewed_and_sent(world: World, case: Case):
    client = world.page("caseworker")
    new = f"/cases/{case.reference}/referrals/new/"
    assert client.get(new).status_code == 200
    assert client.post(new, {}).status_code == 400
    client.post(new, {"service": world.services["harbour"].pk, "urgency": "urgent", "asked": "Please call."})
    referral = Referral.objects.get()
    send = f"/referrals/{referral.reference}/send/"
    assert TOKENS.name in reads(client.get(send))
    previewed = client.post(send, sharing(preview="preview", categories=["risk"]))
    seen = reads(previewed)
    assert TOKENS.why in seen
    assert TOKENS.name not in seen
    assert TOKENS.language in seen
    client.post(send, sharing(send="send", **hidden(previewed)))
    referral.refresh_from_db()
    assert referral.status == ReferralStatus.SENT
    assert referral.decision.categories == ["identity", "risk"]
    assert referral.reference in reads(client.get(f"/cases/{case.reference}/referrals/"))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"consent": "not_sought"}, "Say why they were not asked"),
        ({"categories": []}, "What will they see?"),
        ({"until_year": "2020"}, "must be in the future"),
        ({"necessity": ""}, "Why is it necessary?"),
    ],
)
def test_a_share_that_is_not_whole_is_not_sent(world: World, case: Case, wrong: dict[str, object], message: str):
    referral = factories.drafted(world.caseworker, case, world.services["harbour"])
    client, address = world.page("caseworker"), f"/referrals/{referral.reference}/send/"
    response = client.post(address, sharing(send="send", **hidden(client.get(address)), **wrong))
    referral.refresh_from_db()
    assert response.status_code == 400
    assert message in reads(response)
    assert referral.status == ReferralStatus.DRAFT


def test_the_partner_accepts_sees_the_case_and_completes(world: World, sent: Referral):
    client, address = world.page("partner"), f"/referrals/{sent.reference}/"
    assert client.get(f"{address}accept/").status_code == 200
    assert client.post(f"{address}accept/").status_code == 302
    assert TOKENS.name in reads(client.get(f"/cases/{sent.case.reference}/"))
    assert client.post(f"{address}accept/").status_code == 409
    assert client.post(f"{address}complete/", {}).status_code == 400
    client.post(f"{address}complete/", {"outcome_code": "supported", "as_wanted": "yes", "outcome": "A plan was made."})
    assert client.get(f"/cases/{sent.case.reference}/").status_code == 404
    assert "A plan was made." in reads(world.page("caseworker").get(address))


def test_the_partner_declines_with_a_reason_that_the_sender_reads(world: World, sent: Referral):
    client, address = world.page("partner"), f"/referrals/{sent.reference}/"
    assert client.post(f"{address}decline/", {}).status_code == 400
    client.post(f"{address}decline/", {"reason": "no_capacity", "note": "Full until May."})
    page = reads(world.page("caseworker").get(address))
    assert "No capacity. Full until May." in page
    assert "Find another service" in reads(world.page("caseworker").get(f"/cases/{sent.case.reference}/"))


def test_the_sender_withdraws(world: World, sent: Referral):
    world.page("caseworker").post(f"/referrals/{sent.reference}/withdraw/", {"reason": "not_needed"})
    sent.refresh_from_db()
    assert sent.status == ReferralStatus.WITHDRAWN


def test_the_inbox_comes_in_pages(world: World, monkeypatch):
    monkeypatch.setattr("referrals.queries.referrals.PAGE", 2)
    for _ in range(3):
        factories.sent(world.caseworker, factories.opened(world.caseworker), world.services["harbour"])
    client = world.page("partner")
    first = reads(client.get("/inbox/"))
    second = reads(client.get("/inbox/?after=" + first.partition('href="/inbox/?after=')[2].partition('"')[0]))
    assert (first.count("<section"), second.count("<section")) == (2, 1)


def test_a_draft_referral_waits_where_its_agency_sees_it_and_nobody_else(world: World, case: Case):
    referral = factories.drafted(world.caseworker, case, world.services["harbour"])
    assert referral.reference in reads(world.page("colleague").get("/referrals/"))
    assert referral.reference not in reads(world.page("partner_supervisor").get("/referrals/"))
    assert world.page("partner").get("/referrals/").status_code == 403
    assert "/referrals/" not in reads(world.page("partner").get("/inbox/"))


def test_cases_are_listed_by_kind_in_pages(world: World):
    for _ in range(26):
        factories.logged(world.caseworker)
    client = world.page("caseworker")
    first = reads(client.get("/cases/?kind=domestic_abuse"))
    after = first.partition('href="/cases/?after=')[2].partition("&")[0]
    second = reads(client.get(f"/cases/?after={after}&kind=domestic_abuse"))
    assert (first.count("govuk-table__row"), second.count("govuk-table__row")) == (1 + 25, 1 + 1)
    assert "no cases that you may see" in reads(client.get("/cases/?kind=burglary"))


@pytest.mark.parametrize(("most", "said"), [(2, "2 cases"), (1, "More than 1 cases")])
def test_a_list_says_how_many_there_are_up_to_a_bound(world: World, case: Case, monkeypatch, most: int, said: str):
    factories.opened(world.caseworker)
    monkeypatch.setattr("casework.queries.cases.MOST_COUNTED", most)
    assert f">{said}</p>" in reads(world.page("caseworker").get("/cases/"))


def test_an_auditor_asks_for_a_history_by_reference_and_a_slip_is_noticed(world: World, case: Case):
    client = world.page("auditor")
    assert client.get("/history/").status_code == 200
    wrong = case.reference[:-1] + ("B" if case.reference[-1] != "B" else "C")
    assert "One sign may be wrong" in reads(client.post("/history/", {"reference": wrong}))
    response = client.post("/history/", {"reference": case.reference.lower()})
    assert response["Location"] == f"/cases/{case.reference}/history/"


def test_the_history_is_filtered_paged_and_taken_away_as_a_file(world: World, sent: Referral, monkeypatch):
    monkeypatch.setattr("oversight.queries.history.PAGE", 5)
    client, address = world.page("supervisor"), f"/cases/{sent.case.reference}/history/"
    for _ in range(8):
        client.get(f"/cases/{sent.case.reference}/")
    first = reads(client.get(address))
    before = first.partition("?before=")[2].partition('"')[0]
    assert first.count("govuk-table__row") == 1 + 5
    assert reads(client.get(f"{address}?before={before}")).count("govuk-table__row") > 1
    only = reads(client.get(f"{address}?person={world.caseworker.pk}"))
    assert "Supervisor Person" not in only.partition("<tbody")[2]
    assert "must be a real date" in reads(client.get(f"{address}?since_day=31&since_month=2&since_year=2026"))
    exported = client.get(f"{address}export/?person={world.caseworker.pk}")
    assert exported["Content-Disposition"] == 'attachment; filename="history.csv"'
    lines = exported.content.decode().splitlines()
    assert lines[0] == ",".join(FILE_COLUMNS)
    assert {line.split(",")[1] for line in lines[1:]} == {"Caseworker Person"}
    assert events("oversight.export_case_history")[0].detail["count"] == len(lines) - 1


@pytest.mark.parametrize("name", ["=1+1", "+44", "-1", "@SUM(A1)", "\tx", "\uff1d1"])
def test_a_name_that_a_spreadsheet_would_calculate_is_written_as_text(world: World, case: Case, name: str):
    world.caseworker.name = name
    world.caseworker.save(update_fields=["name"])
    exported = world.page("supervisor").get(f"/cases/{case.reference}/history/export/").content.decode()
    assert f"'{name}" in exported
    assert f",{name}" not in exported


def test_the_search_shows_nothing_of_a_case_to_whoever_may_not_search(world: World, case: Case):
    referral = factories.accepted(
        world.caseworker, world.partner, case, world.services["harbour"], categories=("needs",)
    )
    assert TOKENS.support_needs in reads(world.page("partner_supervisor").get(f"/cases/{case.reference}/"))
    for ask in ("get", "post"):
        response = getattr(world.page("partner_supervisor"), ask)(f"/cases/{case.reference}/known/", {"name": "x"})
        assert response.status_code == 403
        assert not [token for token in (TOKENS.name, TOKENS.route) if token in reads(response)]
    assert referral.status == ReferralStatus.ACCEPTED


def test_a_history_with_a_wrong_filter_is_not_taken_away(world: World, case: Case):
    client, address = world.page("supervisor"), f"/cases/{case.reference}/history/export/"
    assert client.get(f"{address}?since_day=31&since_month=2&since_year=2026").status_code == 400
    assert client.get(f"{address}?until_day=31&until_month=12&until_year=9999").status_code == 200


def test_somebody_refused_for_their_role_stands_in_the_history_of_that_case(world: World, case: Case):
    world.page("outsider").get(f"/cases/{case.reference}/history/")
    (refused,) = events("oversight.view_case_history", outcome="refused")
    assert (refused.case_id, refused.actor_id) == (case.pk, world.outsider.pk)
