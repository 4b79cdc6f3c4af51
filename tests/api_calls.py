"""Every endpoint of the API once, on a case whose referral was accepted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils import timezone
from rest_framework.test import APIClient

from casework.models import Case, SharingAgreement, SharingDecision, StepKind, new_reference
from referrals.models import Referral
from tests import factories
from tests.conftest import World
from tests.doors import NOTHING


@dataclass(frozen=True)
class Ids:
    """What the addresses and bodies of the calls name."""

    case: str
    contact: str
    referral: str
    step: str
    party: str
    service: int
    alleged: str = ""
    consent: str = ""
    share: str = ""
    agreement: str = ""
    review: str = ""
    address: str = ""
    bar: str = ""
    proposal: str = ""
    email: str = ""  # of a worker
    worker: str = ""
    invitation: str = ""
    agency: str = ""
    matter: str = ""
    audit: str = ""
    feedback: str = ""
    alert: str = ""
    answer: str = ""
    erasure: str = ""
    hold: str = ""
    route: str = ""
    reaching: str = ""
    override: str = ""
    handover: str = ""
    hand_in: str = ""
    judgement: str = ""
    ask: str = ""
    clock: str = ""
    plan: str = ""
    file: str = ""
    closing: str = ""
    note: str = ""
    offer: str = ""
    absence: str = ""
    neighbour: str = ""
    assessment: str = ""
    directory: str = ""
    request: str = ""

    @classmethod
    def of(cls, world: World, referral: Referral) -> "Ids":
        case = referral.case
        decision = referral.decision or the_decision(world, case)
        return cls(
            case=case.reference,
            contact=factories.draft(world.caseworker).reference,
            referral=referral.reference,
            step=str(case.steps.filter(kind=StepKind.REFER).earliest("pk").public_id),
            party=str(case.parties.get(role="victim").public_id),
            alleged=str(case.parties.get(role="alleged").public_id),
            service=world.services["elsewhere"].pk,
            consent=str(decision.consent.public_id),
            share=str(decision.public_id),
            agreement=SharingAgreement.objects.latest("pk").reference,
            address=str(case.addresses.get().public_id),
            answer=str(factories.told(world, case).public_id),
            feedback=str(factories.finished(world, case).public_id),
            audit=str(factories.drawn(world, case).public_id),
            review=str(factories.emergency(world, case).public_id),
            alert=factories.alert(world, case).reference,
            bar=str(factories.barred(world, case).public_id),
            proposal=str(factories.proposed(world, case).public_id),
            email=world.officer.email,
            worker=str(world.partner.public_id),
            invitation=str(factories.invited(world).public_id),
            agency=str(world.agencies["elsewhere"].pk),
            matter=factories.pair(world, case).reference,
            erasure=str(factories.to_be_erased(world, case).public_id),
            hold=str(factories.held(world, case).public_id),
            route=str(case.routes.filter(kind="phone").earliest("pk").public_id),
            reaching=str(factories.reaching(world, case).public_id),
            override=str(factories.overridden_way(world, case).public_id),
            handover=str(factories.handed_over(world).public_id),
            hand_in=factories.handed_in(world, case).reference,
            judgement=str(factories.judged(world, case).public_id),
            ask=str(factories.asked(world, case).public_id),
            file=str(factories.attached(world.caseworker, case).public_id),
            plan=str(factories.planned(world.caseworker, case).public_id),
            clock=str(factories.owed(world.caseworker, case).public_id),
            closing=str(factories.to_close(world, case).public_id),
            note=str(factories.note(world, case).public_id),
            offer=str(factories.offered(world, case).public_id),
            absence=str(factories.away(world).public_id),
            neighbour=str(factories.neighboured(world, case).public_id),
            assessment=str(factories.to_assess(world, case).public_id),
            directory=world.services["harbour"].entry["id"],
            request=factories.information_request(world, factories.opened(world.caseworker), is_sent=True).reference,
        )

    @classmethod
    def absent(cls, like: "Ids") -> "Ids":
        references = [new_reference() for _ in range(3)]
        of_cases = ("step", "consent", "share", "review", "address", "bar", "proposal", "audit", "feedback")
        of_cases = (
            *of_cases,
            "erasure",
            "hold",
            "answer",
            "route",
            "reaching",
            "override",
            "handover",
            "judgement",
            "ask",
            "clock",
            "plan",
            "file",
            "closing",
            "note",
            "offer",
            "absence",
            "neighbour",
            "assessment",
            "directory",
        )
        nobodys = {name: str(uuid4()) for name in (*of_cases, "worker", "invitation")} | {
            "agreement": new_reference(),
            "agency": str(NOTHING["number"]),
        }
        known = {"party": like.party, "alleged": like.alleged, "service": like.service, "email": like.email}
        named = {name: new_reference() for name in ("matter", "alert", "hand_in", "request")}
        return cls(*references, **known, **named, **nobodys)


def the_decision(world: World, case: Case) -> SharingDecision:
    """A decision of a case whose referral is not sent: another one, to another agency."""
    return factories.sent(world.caseworker, case, factories.another_service(world, "elsewhere")).decision


@dataclass(frozen=True)
class Call:
    """One request."""

    name: str
    method: str
    path: str
    body: Callable[[Ids], dict[str, Any]] | None = None
    if_match: str = ""

    def send(self, client: APIClient, ids: Ids, **more: Any) -> Any:
        """Send it; `more` is added to the body."""
        body = (self.body(ids) if self.body else {}) | more
        send = getattr(client, self.method)
        address = "/api/v1/" + self.path.format(**vars(ids))
        headers = {"If-Match": self.if_match} if self.if_match else {}
        return send(address, body or None, format="json", headers=headers) if self.method != "get" else send(address)


def step() -> dict[str, Any]:
    return {"kind": "call_back", "due_at": factories.at(24).isoformat(), "owner": "me"}


def closing() -> dict[str, Any]:
    return {"outcome": "supported", "advice": "given", "words": "She has moved."}


def absence() -> dict[str, Any]:
    times = {"begins_at": factories.at(1).isoformat(), "until": factories.at(48).isoformat()}
    return {"worker": "caseworker@front-door.example", **times}


def standard() -> dict[str, Any]:
    return {"valid_from": timezone.localdate().isoformat(), "says": {"attempts": 6}}


def note() -> dict[str, Any]:
    return {"words": "She sounded calmer.", "disclosable": "yes"}


def contact(**more: Any) -> dict[str, Any]:
    """A contact in which everything is said, as the body of a request."""
    tokens = factories.TOKENS
    return {
        "channel": "phone",
        "happened_at": factories.at(-0.1).isoformat(),
        "caller": "victim",
        "danger": "no",
        "kind": "domestic_abuse",
        "said": tokens.said,
        "victim": {
            "name": tokens.name,
            "language": tokens.language,
            "interpreter_needed": True,
            "access_needs": tokens.access_needs,
            "support_needs": tokens.support_needs,
        },
        "routes": [
            {
                "kind": "phone",
                "value": tokens.route,
                "safety": "safe",
                "when_safe": tokens.when_safe,
                "note": tokens.note,
            }
        ],
        "address": {"lines": tokens.lines, "postcode": tokens.postcode},
        "alleged_name": tokens.alleged,
        "next_step": step(),
    } | more


def share(**more: Any) -> dict[str, Any]:
    return {
        "purpose": "safety_support",
        "basis": "6-e",
        "consent": "given",
        "necessity": "They cannot help without it.",
        "categories": ["identity", "contact", "risk", "narrative"],
        "until": factories.at(24 * 30).isoformat(),
    } | more


def grounds(ids: Ids) -> dict[str, Any]:
    """A victim information request of the police."""
    said = dict.fromkeys(("material", "enquiry", "necessity", "other_means"), "What was seen that night.")
    return said | {"kind": "police", "about": ids.case, "categories": ["incident"], "notice": "given"}


def consent(**more: Any) -> dict[str, Any]:
    said = {"state": "given", "purpose": "safety_support", "how": "by_telephone"}
    return said | {"categories": ["identity", "contact"]} | more


def referral(ids: Ids) -> dict[str, Any]:
    return {"service": ids.service, "asked": "Please call.", "urgency": "routine"}


def emergency(ids: Ids) -> dict[str, Any]:
    said = {"reason": "life_at_risk", "words": "He is at her door.", "categories": ["identity", "risk"]}
    return said | {"reference": ids.case}


def started() -> dict[str, Any]:
    return {"event": "reported", "event_at": factories.at(-1).isoformat()}


def a_file() -> dict[str, Any]:
    return {"category": "incident", "title": "A note", "content": "SGUgd2FzIGhlcmUu"}


def plan() -> dict[str, Any]:
    return {"parts": {"going": "By bus."}, "present": "She and I", "notes": "Keys by the door.", "after": 1}


def override() -> dict[str, Any]:
    return {"reason": "life_at_risk", "words": "He has a key.", "hours": 1}


def found() -> dict[str, Any]:
    return vars(factories.found())


def review() -> dict[str, Any]:
    return {"finding": "justified", "review": "The police have a log of the call."}


def handed_over() -> dict[str, Any]:
    return {"by": "phone", "how": "in_person", "still_safe": True}


def judgement() -> dict[str, Any]:
    return {"finding": "not_clear_yet", "words": "I asked neither."}


def erasure() -> dict[str, Any]:
    return {"ground": "retention_over", "words": "Schedule of 2024, line 7."}


def assessment(ids: Ids) -> dict[str, Any]:
    return {"instrument": "dash_24", "alleged": ids.alleged}


def marac() -> dict[str, Any]:
    return {"referred_on": factories.at(-24).date().isoformat(), "gate": "judgement"}


def signed(**more: Any) -> dict[str, Any]:
    answers = [{"item": str(number), "answer": "no"} for number in range(1, 25)]
    return {"answers": answers, "mode": "phone", "reason": "It is calmer."} | more


ALERT_ANSWER = {"finding": "explained", "words": "She had called that morning."}
CALLS = [
    Call("api_cases", "get", "cases/"),
    Call("api_case", "get", "cases/{case}/"),
    Call("api_open_case", "post", "cases/{case}/open", lambda _: {"next_step": step()}),
    Call("api_close_case", "post", "cases/{case}/close", lambda _: closing()),
    Call("api_reopen_case", "post", "cases/{case}/reopen", lambda _: {"next_step": step()}),
    Call("api_agree_to_closing", "post", "closings/{closing}/agree"),
    Call("api_turn_down_closing", "post", "closings/{closing}/turn-down", lambda _: {"why": "She waits for a call."}),
    Call("api_workload", "get", "workload"),
    Call("api_offer_case", "post", "cases/{case}/offer", lambda _: {"to": "colleague@front-door.example"}),
    Call("api_take_over_case", "post", "offers/{offer}/take"),
    Call("api_turn_down_case", "post", "offers/{offer}/turn-down", lambda _: {"why": "I have too many."}),
    Call("api_take_step", "post", "steps/{step}/take"),
    Call("api_absences", "get", "absences/"),
    Call("api_absences", "post", "absences/", lambda _: absence()),
    Call("api_end_absence", "post", "absences/{absence}/end"),
    Call("api_reference", "get", "reference/rows/attempts/"),
    Call("api_change_reference", "post", "reference/rows/attempts/high", lambda _: standard()),
    Call("api_timeline", "get", "cases/{case}/timeline"),
    Call("api_notes", "post", "cases/{case}/notes", lambda _: note()),
    Call("api_replace_note", "post", "notes/{note}/replace", lambda _: note()),
    Call("api_risk_levels", "post", "cases/{case}/risk-levels", lambda _: {"level": "medium", "why": "It is calmer."}),
    Call("api_why", "get", "cases/{case}/risk"),
    Call("api_countersign_risk", "post", "cases/{case}/risk/countersign"),
    Call("api_instruments", "get", "risk-instruments/"),
    Call("api_start_assessment", "post", "cases/{case}/assessments", lambda ids: assessment(ids)),
    Call("api_note_marac", "post", "cases/{case}/marac-referrals", lambda _: marac()),
    Call("api_assessment", "get", "assessments/{assessment}/"),
    Call("api_assessment", "put", "assessments/{assessment}/", lambda _: {"q_1": "yes"}, "*"),
    Call("api_sign_assessment", "post", "assessments/{assessment}/sign", lambda _: signed(), "*"),
    Call(
        "api_link_person",
        "post",
        "cases/{case}/link",
        lambda ids: {"party": ids.party, "same_as": ids.party, "reason": "x"},
    ),
    Call(
        "api_tell_apart",
        "post",
        "cases/{case}/apart",
        lambda ids: {"party": ids.party, "other": ids.party, "reason": "x"},
    ),
    Call("api_ask_holders", "post", "cases/{case}/ask"),
    Call("api_asks", "get", "asks/"),
    Call("api_requests", "get", "requests/"),
    Call("api_requests", "post", "requests/", grounds),
    Call("api_request", "get", "requests/{request}/"),
    Call("api_answer_request", "post", "requests/{request}/answer", lambda _: {"verb": "withdraw"}),
    Call(
        "api_give_information",
        "post",
        "requests/{request}/give",
        lambda _: share(purpose="request", categories=["incident"]),
    ),
    Call("api_answer_ask", "post", "asks/{ask}/answer", lambda _: {"answer": "keep", "reason": "She is hidden."}),
    Call("api_people", "get", "cases/{case}/people"),
    Call("api_undo_judgement", "post", "judgements/{judgement}/undo", lambda _: {"reason": "It was her sister."}),
    Call("api_complete_step", "post", "steps/{step}/complete", lambda _: {"outcome": "done"}),
    Call("api_screen_visit", "post", "cases/{case}/visit/screen", lambda _: {"answers": {"alone": "yes"}}),
    Call("api_offer_visit", "post", "cases/{case}/visit/offer", lambda _: {"offered_how": "phone"}),
    Call(
        "api_answer_visit",
        "post",
        "cases/{case}/visit/answer",
        lambda _: {"answer": "declined", "why_not": "no_need"},
    ),
    Call(
        "api_schedule_visit",
        "post",
        "cases/{case}/visit/schedule",
        lambda _: {
            "scheduled_for": factories.at(24).isoformat(),
            "visitor": "pcso",
            "visitor_name": "PC Wren",
            "check_words": "amber kettle",
        },
    ),
    Call("api_attend_visit", "post", "cases/{case}/visit/attend", lambda _: {"attended": True, "visitor": "police"}),
    Call("api_record_visit", "post", "cases/{case}/visit/record", lambda _: {"stage": "aftercare"}),
    Call("api_note_crime", "post", "cases/{case}/visit/crime", lambda _: {"number": "01/1234567/26"}),
    Call("api_ask_overlap", "post", "cases/{case}/visit/overlap", lambda _: {"answer": "no"}),
    Call("api_nearby", "get", "cases/{case}/nearby"),
    Call("api_nearby", "post", "cases/{case}/nearby"),
    Call("api_tell_neighbour", "post", "neighbours/{neighbour}/told", lambda _: {"was_told": True}),
    Call("api_visits", "get", "visits/"),
    Call("api_reveal_address", "post", "addresses/{address}/reveal", lambda _: {"reason": "visit"}),
    Call("api_case_clocks", "get", "cases/{case}/clocks"),
    Call("api_case_clocks", "post", "cases/{case}/clocks", lambda _: started()),
    Call("api_entitlement", "post", "cases/{case}/entitlement", lambda _: {"reasons": ["hate"]}),
    Call("api_clocks", "get", "clocks/"),
    Call("api_settle_clock", "post", "clocks/{clock}/settle", lambda _: {"outcome": "not_owed"}),
    Call("api_chase_clock", "post", "clocks/{clock}/chase"),
    Call("api_files", "get", "cases/{case}/files"),
    Call("api_files", "post", "cases/{case}/files", lambda _: a_file()),
    Call("api_file", "get", "files/{file}"),
    Call("api_scan_file", "post", "files/{file}/scan"),
    Call("api_plan", "get", "cases/{case}/plan"),
    Call("api_plan", "post", "cases/{case}/plan", lambda _: plan()),
    Call("api_give_plan", "post", "plans/{plan}/give", lambda ids: {"route": ids.route}),
    Call("api_use_route", "post", "routes/{route}/use"),
    Call("api_confirm_route", "post", "routes/{route}/confirm", lambda _: {"safety": "safe", "windows": "any time"}),
    Call("api_override_route", "post", "routes/{route}/override", lambda _: override()),
    Call("api_end_override", "post", "overrides/{override}/end"),
    Call("api_contact_attempt", "get", "reaching/{reaching}/"),
    Call("api_end_contact_attempt", "post", "reaching/{reaching}/end", lambda _: {"outcome": "no_answer"}),
    Call("api_check_word", "post", "reaching/{reaching}/word", lambda _: {"whose": "theirs", "word": "Marmalade"}),
    Call("api_report_change", "post", "cases/{case}/change", lambda _: {"change": "moved"}),
    Call("api_callbacks", "get", "callbacks/"),
    Call("api_handover", "get", "handover/"),
    Call("api_handover", "post", "handover/", lambda _: {"words": "Ring again."}),
    Call("api_take_over", "post", "handover/{handover}/sign"),
    Call("api_contacts", "get", "contacts/?drafts"),
    Call("api_contacts", "post", "contacts/"),
    Call("api_draft", "get", "contacts/{contact}/draft"),
    Call("api_draft", "put", "contacts/{contact}/draft", lambda _: {"said": "Once"}, "*"),
    Call("api_log_contact", "post", "contacts/{contact}/log", lambda _: contact(), "*"),
    Call(
        "api_call_police",
        "post",
        "contacts/{contact}/emergency-calls",
        lambda _: {"called_at": factories.at(-0.1).isoformat(), "said_where": True},
    ),
    Call(
        "api_note_equality",
        "post",
        "cases/{case}/equality",
        lambda _: {"answers": [{"question": "religion", "answer": "none"}]},
    ),
    Call("api_hubs", "get", "hubs/"),
    Call("api_hubs", "post", "hubs/", lambda _: {"code": "ley-street", "name": "Ley Street", "kind": "fixed"}),
    Call("api_close_hub", "post", "hubs/close", lambda _: {"code": "high-street"}),
    Call("api_search_people", "post", "people/search", lambda _: {"telephone": factories.TOKENS.route}),
    Call("api_case_sharing", "get", "cases/{case}/sharing"),
    Call("api_consents", "post", "cases/{case}/consents", lambda _: consent()),
    Call("api_withdraw_consent", "post", "consents/{consent}/withdraw"),
    Call("api_shorten_sharing", "post", "shares/{share}/shorten", lambda _: {"until": factories.at(24).isoformat()}),
    Call("api_widen_sharing", "post", "shares/{share}/widen", lambda _: share(categories=["needs"])),
    Call("api_end_sharing", "post", "shares/{share}/end"),
    Call("api_agreements", "get", "agreements/"),
    Call("api_lawful_bases", "get", "lawful-bases/"),
    Call("api_services", "get", "services/"),
    Call("api_case_suggestions", "get", "cases/{case}/suggestions"),
    Call("api_case_suggestions", "post", "cases/{case}/suggestions", lambda _: {"needs": ["pets", "health"]}),
    Call("api_gaps", "get", "gaps/"),
    Call("api_directory", "get", "directory/services"),
    Call("api_service", "get", "directory/services/{directory}"),
    Call("api_say_capacity", "post", "directory/services/{directory}/capacity", lambda _: {"capacity_now": 2}),
    Call("api_assure_service", "post", "directory/services/{directory}/assure"),
    Call("api_case_referrals", "get", "cases/{case}/referrals"),
    Call("api_case_referrals", "post", "cases/{case}/referrals", referral),
    Call("api_inbox", "get", "referrals/inbox"),
    Call("api_hand_ins", "get", "hand-ins/"),
    Call("api_hand_ins", "post", "hand-ins/", lambda _: {"contents": {"said": factories.TOKENS.said}, "send": True}),
    Call("api_hand_in", "get", "hand-ins/{hand_in}/"),
    Call("api_hand_in", "put", "hand-ins/{hand_in}/", lambda _: {"contents": {}}, if_match="*"),
    Call("api_hand_in", "post", "hand-ins/{hand_in}/", lambda _: {"act": "receive"}),
    Call("api_referral", "get", "referrals/{referral}/"),
    Call("api_preview_referral", "post", "referrals/{referral}/preview", lambda _: {"categories": ["identity"]}),
    Call("api_send_referral", "post", "referrals/{referral}/send", lambda _: share()),
    Call("api_accept_referral", "post", "referrals/{referral}/accept"),
    Call("api_decline_referral", "post", "referrals/{referral}/decline", lambda _: {"reason": "no_capacity"}),
    Call("api_withdraw_referral", "post", "referrals/{referral}/withdraw", lambda _: {"reason": "not_needed"}),
    Call("api_resubmit_referral", "post", "referrals/{referral}/resubmit", lambda _: {"added": "Two children."}),
    Call("api_progress_referral", "post", "referrals/{referral}/progress", lambda _: {"verb": "acknowledge"}),
    Call("api_scorecards", "get", "scorecards/"),
    Call(
        "api_complete_referral",
        "post",
        "referrals/{referral}/complete",
        lambda _: {"outcome_code": "supported", "as_wanted": "yes", "outcome": "She has a safety plan."},
    ),
    Call("api_emergency", "post", "emergency", lambda ids: emergency(ids)),
    Call("api_close_emergency", "post", "emergency/close"),
    Call("api_emergency_reviews", "get", "reviews/"),
    Call("api_review_emergency", "get", "reviews/{review}/"),
    Call("api_review_emergency", "post", "reviews/{review}/", lambda _: review()),
    Call("api_workers", "get", "workers/"),
    Call(
        "api_workers",
        "post",
        "workers/",
        lambda _: {"name": "New Person", "email": "new@harbour.example", "role": "agency_administrator"},
    ),
    Call("api_worker", "get", "workers/{worker}/"),
    Call("api_change_role", "post", "workers/{worker}/role", lambda _: {"role": "supervisor"}),
    Call("api_end_worker", "post", "workers/{worker}/end"),
    Call("api_release_worker", "post", "workers/{worker}/release", lambda ids: {"to": int(ids.agency)}),
    Call("api_send_invitation_again", "post", "invitations/{invitation}/again"),
    Call("api_take_back_invitation", "post", "invitations/{invitation}/take-back"),
    Call("api_agencies", "get", "agencies/"),
    Call("api_end_agency", "get", "agencies/{agency}/end"),
    Call("api_end_agency", "post", "agencies/{agency}/end"),
    Call("api_pairs", "get", "matters/"),
    Call("api_two_sides", "get", "matters/{matter}/"),
    Call("api_two_sides", "post", "matters/{matter}/", lambda _: judgement()),
    Call("api_senior_practitioner", "get", "senior-practitioner"),
    Call("api_alerts", "get", "alerts/"),
    Call("api_alerts", "post", "alerts/"),
    Call("api_alert_rules", "get", "alerts/rules"),
    Call("api_alert_figures", "get", "alerts/figures"),
    Call("api_alert", "get", "alerts/{alert}/"),
    Call("api_answer_alert", "post", "alerts/{alert}/answer", lambda _: ALERT_ANSWER),
    Call("api_who_looked", "get", "cases/{case}/answers"),
    Call("api_who_looked", "post", "cases/{case}/answers", lambda ids: {"party": ids.party, **handed_over()}),
    Call("api_given_answer", "get", "answers/{answer}/"),
    Call("api_staff_names", "get", "staff-names"),
    Call("api_staff_names", "post", "staff-names", lambda _: {"is_named": True}),
    Call("api_audits", "get", "audits/"),
    Call("api_audits", "post", "audits/", lambda _: {"how": "at_random"}),
    Call("api_audit_questions", "get", "audits/questions"),
    Call("api_audit_figures", "get", "audits/figures"),
    Call("api_audit", "get", "audits/{audit}/"),
    Call("api_finish_audit", "post", "audits/{audit}/finish", lambda _: found()),
    Call("api_follow_up_audit", "post", "audits/{feedback}/follow-up", lambda _: {"followed_up": "It is better."}),
    Call("api_feedback", "get", "feedback/"),
    Call("api_answer_feedback", "get", "feedback/{feedback}/"),
    Call("api_answer_feedback", "post", "feedback/{feedback}/", lambda _: {"answer": "I have read it."}),
    Call("api_case_history", "get", "cases/{case}/history"),
    Call("api_case_days", "get", "cases/{case}/history/days"),
    Call("api_changes", "get", "cases/{case}/changes"),
    Call("api_replay", "get", "cases/{case}/replay"),
    Call("api_attempts", "get", "attempts/"),
    Call("api_case_bars", "get", "cases/{case}/bars"),
    Call("api_case_bars", "post", "cases/{case}/bars", lambda ids: {"worker": ids.email, "reason": "knows_them"}),
    Call("api_lift_bar", "post", "bars/{bar}/lift"),
    Call(
        "api_seal_case",
        "post",
        "cases/{case}/seal",
        lambda ids: {"workers": [ids.email], "reason": "honour_based"},
    ),
    Call("api_name_in_seal", "post", "cases/{case}/seal/name", lambda ids: {"worker": "colleague@front-door.example"}),
    Call("api_take_off_seal", "post", "cases/{case}/seal/take-off", lambda ids: {"worker": ids.email}),
    Call("api_unseal_case", "post", "cases/{case}/seal/lift"),
    Call("api_case_erasure", "get", "cases/{case}/erasure"),
    Call("api_case_erasure", "post", "cases/{case}/erasure", lambda _: erasure()),
    Call("api_approve_erasure", "post", "erasures/{erasure}/approve"),
    Call("api_refuse_erasure", "post", "erasures/{erasure}/refuse"),
    Call("api_place_hold", "post", "cases/{case}/holds", lambda _: {"reason": "inquiry"}),
    Call("api_lift_hold", "post", "holds/{hold}/lift"),
    Call("api_proposals", "get", "proposals/"),
    Call(
        "api_accept_proposal",
        "post",
        "proposals/{proposal}/accept",
        lambda _: {"who": "agency", "reason": "knows_them"},
    ),
    Call("api_dismiss_proposal", "post", "proposals/{proposal}/dismiss", lambda _: {"because": "no_conflict"}),
    Call("api_declarations", "get", "declarations/"),
    Call("api_declarations", "post", "declarations/", lambda _: {"telephone": "020 7946 0777"}),
    Call("api_withdraw_marks", "post", "declarations/withdraw"),
    Call("api_schema", "get", "schema"),
]
BY_NAME = {f"{call.method} {call.name}": call for call in CALLS}
