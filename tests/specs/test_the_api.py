"""The API: the whole path, from the first contact to the partner's outcome, as two agencies' systems walk it."""

from typing import Any

import pytest
from django.db.models import Model

from casework.categories import EXISTENCE, Category, fields_of, shown_of
from casework.models import Case, Contact, ContactRoute, Incident, Party, Person
from casework.serializers import CaseSummaryOut, SectionsOut
from casework.serializers.answers import HANDLES, LISTS, OtherPartyOut
from referrals.models import Referral
from tests import factories
from tests.api_calls import CALLS
from tests.bodies import contact, share, step
from tests.conftest import events
from tests.factories import TOKENS
from tests.ids import Ids
from tests.world import World

BEFORE = {"language", "access_needs"}  # proposed with every share, and so in the summary
GRANTED = {"name", "language", "access_needs", "when_safe", "note", "said", "why"}


class Caller:
    """Somebody's system: asks, expects the status, keeps every answer as it came, and acts upon what it read."""

    def __init__(self, world: World, who: str) -> None:
        self.client = world.api(who)
        self.answers: list[str] = []
        self.versions: dict[str, str] = {}

    def ask(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        send, address = getattr(self.client, method), f"/api/v1/{path}"
        headers = {"If-Match": self.versions[path]} if method != "get" and path in self.versions else {}
        answer = send(address, body, format="json" if method != "get" else None, headers=headers)
        self.answers.append(answer.text)
        assert answer.status_code == status, answer.text
        self.versions |= {path: answer["ETag"]} if "ETag" in answer else {}
        return answer.json() if answer.content else None

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("get", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.ask("post", path, body or {}, **more)


def tokens_in(text: str) -> set[str]:
    return {name for name, token in vars(TOKENS).items() if token in text}


def everything_the_partner_gets(world: World, referral: Referral) -> str:
    """All answers to a partner who tries every endpoint, and who looks at everything before acting."""
    client, ids = world.api("partner"), Ids.of(world, referral)
    reading = sorted(CALLS, key=lambda call: call.method != "get")
    return "\n".join(call.send(client, ids).text for call in reading)


def test_a_story_told_once_goes_its_whole_path_by_the_api(world):
    front, partner = Caller(world, "caseworker"), Caller(world, "partner")

    started = front.post("contacts/", status=201)
    draft = f"contacts/{started['reference']}/draft"
    assert front.get(draft)["draft"] == {}
    front.ask("put", draft, {"said": "He broke"}, status=204)
    assert front.get(draft)["draft"] == {"said": "He broke"}
    assert [d["reference"] for d in front.get("contacts/?drafts")["contacts"]] == [started["reference"]]
    front.versions[f"contacts/{started['reference']}/log"] = front.versions[draft]
    logged = front.post(f"contacts/{started['reference']}/log", contact())
    assert (logged["status"], logged["case"]) == ("logged", started["case"])
    assert front.get("contacts/?drafts") == {"contacts": []}

    case = f"cases/{logged['case']}"
    assert front.post(f"{case}/open", {"next_step": step()})["status"] == "open"
    front.post(f"{case}/risk-levels", {"level": "high", "why": TOKENS.why}, status=201)

    (service,) = [
        s for s in front.get("services/?kind=domestic_abuse")["services"] if s["agency"] == "Harbour Advocacy"
    ]
    asked = {"service": service["id"], "asked": "Please call.", "urgency": "urgent"}
    drafted = front.post(f"{case}/referrals", asked, status=201)
    referral = f"referrals/{drafted['reference']}"
    preview = front.post(f"{referral}/preview", {"categories": service["usual_categories"]})
    sent = front.post(f"{referral}/send", share(categories=service["usual_categories"]))
    assert (sent["status"], sent["language"]) == ("sent", TOKENS.language)

    (waiting,) = partner.get("referrals/inbox")["referrals"]
    assert (waiting["reference"], waiting["urgency"]) == (drafted["reference"], "urgent")
    accepted = partner.post(f"{referral}/accept")
    assert (accepted["status"], accepted["case"]) == ("accepted", logged["case"])
    assert partner.get(f"{case}/")["sections"] == preview["sections"]

    completed = partner.post(
        f"{referral}/complete", {"outcome_code": "supported", "as_wanted": "yes", "outcome": "She has a safety plan."}
    )
    assert (completed["status"], completed["case"]) == ("completed", None)
    partner.get(f"{case}/", status=404)
    kinds = [s["kind"] for s in front.get(f"{case}/")["held"]["steps"]]
    assert "decide_what_next" in kinds
    assert {event.door for event in events("referrals.accept_referral")} == {"api"}


def test_the_preview_shows_the_summary_as_the_partner_then_gets_it(world, case):
    front = Caller(world, "caseworker")
    referral = factories.drafted(world.caseworker, case, world.services["harbour"]).reference
    summary = front.post(f"referrals/{referral}/preview", {"categories": ["identity"]})["summary"]
    front.post(f"referrals/{referral}/send", share())
    received = Caller(world, "partner").get(f"referrals/{referral}/")
    timely = {"due_at", "acknowledge_by", "answer_by"}
    assert {n: received[n] for n in summary if n not in timely} == {n: summary[n] for n in summary if n not in timely}
    assert tokens_in(str(summary)) == BEFORE


def test_before_accepting_nothing_of_the_case_is_in_any_answer_to_the_partner(world, sent):
    assert Caller(world, "partner").get(f"referrals/{sent.reference}/")["case"] is None
    reading = Caller(world, "partner")
    reading.get("cases/")
    reading.get("referrals/inbox")
    reading.get(f"referrals/{sent.reference}/")
    reading.get(f"cases/{sent.case.reference}/", status=404)
    reading.get(f"cases/{sent.case.reference}/referrals", status=404)
    reading.post(f"referrals/{sent.reference}/decline", {"reason": "no_capacity"})
    assert tokens_in("\n".join(reading.answers)) == BEFORE
    assert sent.case.reference not in "\n".join(reading.answers)


def test_after_accepting_the_partner_gets_the_categories_that_were_granted_and_nothing_else(world, accepted):
    seen = Caller(world, "partner").get(f"cases/{accepted.case.reference}/")
    assert set(seen["sections"]) == {"identity", "contact", "risk", "narrative"}
    assert seen["held"] is None
    assert tokens_in(str(seen)) == GRANTED
    assert tokens_in(everything_the_partner_gets(world, accepted)) == GRANTED


def test_from_sending_on_the_partner_knows_why_it_is_shared_and_whether_she_agreed(world, case):
    share = {"consent": "refused", "consent_reason": "She said no.", "override": factories.overridden()}
    sent = factories.sent(world.supervisor, case, world.services["harbour"], **share)
    decision = Caller(world, "partner").get(f"referrals/{sent.reference}/")["decision"]
    assert (decision["consent"], decision["basis"]["code"], decision["purpose"]) == (
        "refused",
        "6-e",
        "safety_support",
    )
    assert decision["categories"] == ["contact", "identity", "narrative", "risk"]
    assert (decision["override_reason"], decision["told_victim"]) == ("child_at_risk", "no")
    assert decision["began_at"] is None
    assert decision["until"]


@pytest.mark.parametrize(
    ("who", "query", "purpose"),
    [
        ("caseworker", "", "casework"),
        ("partner", "", "referral"),
        ("supervisor", "", "supervision"),
        ("supervisor", "?purpose=casework", "casework"),
    ],
)
def test_reading_a_case_is_recorded_with_its_purpose(world, accepted, who, query, purpose):
    Caller(world, who).get(f"cases/{accepted.case.reference}/{query}")
    *_, read = events("casework.view_case", subject_id=accepted.case.pk, actor_id=world.people[who].pk)
    assert (read.purpose, read.door) == (purpose, "api")


def test_the_holder_also_sees_what_comes_next_and_the_other_cases_of_the_same_victim(world, case):
    other = factories.logged(world.caseworker).case
    front = Caller(world, "caseworker")
    mine, theirs = (str(c.parties.get(role="victim").public_id) for c in (case, other))
    front.post(f"cases/{case.reference}/link", {"party": mine, "same_as": theirs, "reason": "She says so."}, status=201)
    held = front.get(f"cases/{case.reference}/")["held"]
    assert [o["reference"] for o in held["others"]] == [other.reference]
    assert {"party": mine, "role": "victim"} in held["parties"]
    assert held["owner"] == world.caseworker.name
    front.post(f"steps/{held['steps'][0]['id']}/complete", {"outcome": "done", "then": step()}, status=204)
    assert len(front.get(f"cases/{case.reference}/")["held"]["steps"]) == len(held["steps"])


def test_somebody_known_already_is_found_with_the_reasons(world, case):
    search = {"telephone": TOKENS.route, "name": TOKENS.name}
    (match,) = Caller(world, "caseworker").post("people/search", search)["matches"]
    assert (match["case"], match["role"]) == (case.reference, "victim")
    assert [reason["fact"] for reason in match["reasons"]] == ["telephone", "name"]
    assert (match["band"], match["was_told_apart"]) == ("possibly", False)
    assert match["party"] == str(case.parties.get(role="victim").public_id)


def test_a_contact_may_end_in_a_reason_why_nothing_follows(world):
    front = Caller(world, "caseworker")
    started = front.post("contacts/", status=201)["reference"]
    bare = {"channel": "phone", "happened_at": factories.at(-1).isoformat(), "caller": "anonymous", "danger": "no"}
    front.post(f"contacts/{started}/log", bare | {"kind": "other", "no_step_reason": "advice_given"})
    logged = Contact.objects.get(reference=started)
    assert (logged.next_step, logged.no_step_reason) == (None, "advice_given")
    assert not Party.objects.exists()


def test_a_further_contact_joins_the_case_it_belongs_to(world, case):
    started = Caller(world, "caseworker").post("contacts/", {"case": case.reference}, status=201)
    assert started["case"] == case.reference


def test_a_step_may_be_left_to_the_duty_queue(world):
    front = Caller(world, "caseworker")
    started = front.post("contacts/", status=201)
    left = step() | {"owner": "duty_queue", "note": "Ring twice."}
    front.post(f"contacts/{started['reference']}/log", contact(next_step=left))
    (seen,) = front.get(f"cases/{started['case']}/")["held"]["steps"]
    assert (seen["owner"], seen["note"], seen["due_source"]) == (None, "Ring twice.", "worker")


def test_a_list_of_cases_comes_in_pages_that_miss_none_and_repeat_none(world):
    references = [factories.draft(world.caseworker).case.reference for _ in range(26)]
    front = Caller(world, "caseworker")
    first = front.get("cases/")
    second = front.get(f"cases/?after={first['after']}")
    assert [c["reference"] for c in first["cases"] + second["cases"]] == references[::-1]
    assert (len(first["cases"]), second["after"]) == (25, None)
    assert (first["total"], second["total"], front.get("cases/?kind=burglary")["total"]) == (26, None, None)


def test_a_list_of_cases_can_be_of_one_kind(world, case):
    burglary = factories.opened(world.caseworker, kind="burglary")
    found = Caller(world, "caseworker").get("cases/?kind=burglary")["cases"]
    assert [c["reference"] for c in found] == [burglary.reference]


def test_a_supervisor_reads_who_did_what_and_narrows_it(world, accepted):
    address = f"cases/{accepted.case.reference}/history"
    supervisor = Caller(world, "supervisor")
    history = supervisor.get(address)
    harbour = next(a["id"] for a in history["agencies"] if a["name"] == "Harbour Advocacy")
    lines = supervisor.get(f"{address}?agency={harbour}&outcome=allowed&since=2020-01-01")["lines"]
    assert {line["agency"] for line in lines} == {"Harbour Advocacy"}
    assert "Accept referral" in {line["action"] for line in lines}
    assert supervisor.get(f"{address}?until=2020-01-01")["lines"] == []


def test_a_history_comes_in_pages(world, case, monkeypatch):
    monkeypatch.setattr("oversight.queries.history.PAGE", 5)
    for _ in range(8):
        world.api("caseworker").get(f"/api/v1/cases/{case.reference}/")
    supervisor = Caller(world, "supervisor")
    first = supervisor.get(f"cases/{case.reference}/history")
    second = supervisor.get(f"cases/{case.reference}/history?before={first['before']}")
    assert len(first["lines"]) == 5
    assert not {line["id"] for line in first["lines"]} & {line["id"] for line in second["lines"]}


def test_the_api_describes_itself_to_whoever_is_signed_in(world):
    answer = world.api("outsider").get("/api/v1/schema", headers={"accept": "application/vnd.oai.openapi+json"})
    assert answer.status_code == 200
    assert answer.json()["openapi"] == "3.1.0"


def test_what_is_shown_of_a_case_is_what_the_table_of_categories_says():
    model_of = {name: model for model, name in LISTS.items()}
    shown = SectionsOut().fields
    assert list(shown) == [category.value for category in Category]
    for category, section in shown.items():
        for name, entries in section.fields.items():
            fields = list(entries.child.fields)
            model = model_of[name]
            assert (category, name, set(fields)) == (category, name, expected(model, category, entries.child))
    assert set(CaseSummaryOut().fields) == set(fields_of(Case, EXISTENCE))


def test_every_category_has_a_place_in_the_api_for_each_of_its_records():
    for category, section in SectionsOut().fields.items():
        names = {name for model, name in LISTS.items() if fields_of(model, category)}
        assert (category, names - set(section.fields)) == (category, set())


def expected(model: type[Model], category: str, serializer: Any) -> set[str]:
    if isinstance(serializer, OtherPartyOut):
        own = {*fields_of(Party, Category.IDENTITY), *fields_of(Party, Category.NEEDS)}
        return own | {"aliases", "routes", "addresses"}
    named = {HANDLES[model]} if model in HANDLES else set()  # to act on it by
    return set(shown_of(model, category)) | named


def test_places_are_numbers_and_months_are_days(world, case):
    Incident.objects.create(
        case=case, partnership=case.partnership, place="On or near Elm", longitude="0.05", latitude="51.5"
    )
    seen = Caller(world, "caseworker").get(f"cases/{case.reference}/")["sections"]["location"]["incidents"]
    assert seen == [{"place": "On or near Elm", "longitude": 0.05, "latitude": 51.5, "area_code": "", "area_name": ""}]


def test_what_is_known_of_somebody_else_stands_under_them(world, case):
    for name, number in (("Ada", "020 7946 0001"), ("Bo", "020 7946 0002")):
        person = Person.objects.create(partnership=case.partnership)
        child = Party.objects.create(case=case, person=person, role="child", name=name)
        ContactRoute.objects.create(case=case, party=child, kind="phone", value=number)
    children = Caller(world, "caseworker").get(f"cases/{case.reference}/")["sections"]["household"]["parties"]
    numbers = [(child["name"], [route["value"] for route in child["routes"]]) for child in children]
    assert numbers == [("Ada", ["020 7946 0001"]), ("Bo", ["020 7946 0002"])]
