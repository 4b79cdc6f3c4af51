"""How each constraint is broken: by its name, what makes one good record wrong in that and in nothing else."""

from datetime import date

from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import F

from accounts.models import Agency
from casework.models.sealed import Sealed
from tests.factories import at

OTHER = "something else"


def changed(name, /, **values):
    """Give one record other values, past everything but the database."""

    def breaks(records):
        record = records[name]
        type(record)._default_manager.filter(pk=record.pk).update(**values)

    return breaks


def past_the_table(name, /, **values):
    """The same, with the guard of the state table lifted, so that the constraint speaks for itself."""

    def breaks(records):
        connection.check_constraints()
        table = type(records[name])._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER status_changes_along_its_table")
        changed(name, **values)(records)

    return breaks


def twice(name, /, **values):
    """Write one record a second time, with other values for what has nothing to do with it."""

    def breaks(records):
        record = records[name]
        own = {f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields if not f.primary_key}
        fresh = {f.name for f in record._meta.concrete_fields if f.unique and f.has_default()}
        given = {key: value(records) if callable(value) else value for key, value in values.items()}
        type(record)._default_manager.bulk_create(
            [type(record)(**{key: value for key, value in own.items() if key not in fresh} | given)]
        )

    return breaks


def past_the_duty(records):
    """With what puts it on duty by itself lifted, so that the constraint speaks for itself."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE casework_nextstep DISABLE TRIGGER step_without_an_owner_goes_on_duty")
    changed("step", owner=None, rung="worker")(records)


def replaced_twice(records):
    for _ in range(2):
        twice("remark", replaces_id=lambda records: records["remark"].pk)(records)


def entered(**said):
    """A service's entry with that in it."""
    return lambda records: records["service"].entry | said


def service_of_unknown_status(records):
    changed("service", status=OTHER, entry=entered(status=OTHER)(records))(records)


def given_before_it_was(records):
    changed("request", decision=records["decision"])(records)


def another_group(records):
    return Group.objects.create(name="Another").pk


def two_behind_the_wall(records):
    Agency.objects.exclude(kind="front_door").update(kind="behaviour")


BROKEN = {
    "agency_has_a_known_kind": changed("agency", kind=OTHER),
    "agency_is_named_once_per_partnership": twice("agency", group_id=another_group),
    "partnership_has_one_service_behind_the_wall": two_behind_the_wall,
    "partnership_has_one_front_door": twice("agency", name="Two", kind="front_door", group_id=another_group),
    "code_rule_begins_once_a_day": twice("code_rule"),
    "code_rule_ends_after_it_begins": changed("code_rule", valid_until=F("valid_from")),
    "code_rule_counts_in_a_known_unit": changed("code_rule", unit="fortnight"),
    "code_rule_says_who_owes_it": changed("code_rule", duty_holder="somebody"),
    "code_rule_is_never_slower_where_rights_are_enhanced": changed("code_rule", enhanced=F("standard") + 1),
    "party_has_enhanced_rights_for_reasons": changed("party", enhanced_for=["luck"]),
    "clock_is_of_a_known_entitlement": changed("clock", level=OTHER[:10]),
    "clock_is_due_after_its_event": changed("clock", due_at=at(-24 * 9)),
    "clock_has_a_known_outcome": changed("clock", outcome="lost", ended_at=at(), ended_by=F("started_by")),
    "clock_is_settled_when_by_whom_and_how_or_runs": changed("clock", ended_at=at()),
    "clock_was_told_by_a_known_holder_of_a_duty": changed("clock", told_by="somebody"),
    "clock_was_told_in_a_known_way": changed("clock", how="by owl"),
    "clock_that_was_told_says_when_by_whom_and_how": changed("clock", told_at=at()),
    "clock_that_we_told_names_the_safe_way": changed(
        "clock", outcome="told", ended_at=at(), ended_by=F("started_by"), told_at=at(), told_by="us", how="phone"
    ),
    "clock_runs_once_for_each_event": twice("clock"),
    "plan_has_one_version_of_each_number": twice("plan"),
    "plan_begins_with_version_one": changed("plan", version=0),
    "plan_says_something_and_who_was_there": changed("plan", parts=None),
    "plan_is_sealed_wholly": changed("plan", parts=Sealed(b"She goes to her sister.")),
    "attachment_is_of_a_known_category": changed("file", category="gossip"),
    "attachment_is_of_a_known_kind": changed("file", kind="exe"),
    "attachment_is_scanned_or_not": changed("file", scanned="maybe"),
    "attachment_that_is_scanned_says_when": changed("file", scanned_at=None),
    "attachment_has_content_and_a_title": changed("file", content=None),
    "attachment_is_sealed": changed("file", title=Sealed(b"A letter from her sister, as it was")),
    "agency_has_left_when_and_by_whom_or_neither": changed("agency", left_at=at()),
    "agency_that_is_the_front_door_stays": changed("front_door", left_at=at(), left_by=F("pk")),
    "user_has_left_when_and_by_whom_or_is_there": changed("user", left_at=at(), left_by=F("pk")),
    "user_goes_elsewhere_after_leaving": changed("user", goes_to=F("agency")),
    "invitation_is_to_a_known_role": changed("invitation", role=OTHER),
    "invitation_is_to_a_persons_role": changed("invitation", role="system"),
    "invitation_email_is_lower_case": changed("invitation", email="Partner@harbour.test"),
    "invitation_is_accepted_when_and_by_whom_or_neither": changed("invitation", accepted_at=at()),
    "invitation_is_taken_back_when_and_by_whom_or_neither": changed("invitation", taken_back_at=at()),
    "invitation_is_accepted_or_taken_back": changed(
        "invitation", accepted_at=at(), worker=F("made_by"), taken_back_at=at(), taken_back_by=F("made_by")
    ),
    "invitation_is_one_at_a_time": twice("invitation"),
    "user_has_a_known_role": changed("user", role=OTHER),
    "user_is_never_a_superuser": changed("user", is_superuser=True),
    "user_email_is_lower_case": changed("user", email="Partner@harbour.test"),
    "answer_is_kept_once_per_user_and_key": twice("answer"),
    "key_of_an_answer_is_printable_ascii": changed("answer", key="a key"),
    "answer_is_kept_only_of_work_that_was_done": changed("answer", status_code=404),
    "notice_has_a_known_kind": changed("notice", kind=OTHER),
    "notice_names_a_public_reference_and_nothing_else": changed("notice", reference="Qandeel V"),
    "notice_is_sent_or_dropped": changed("notice", sent_at=at(), dropped_at=at()),
    "case_has_a_known_status": past_the_table("case", status="closed"),
    "case_has_a_known_kind": changed("case", kind=OTHER),
    "case_that_is_open_has_a_kind": changed("case", kind=""),
    "case_is_open_when_somebody_opened_it": changed("case", opened_by=None),
    "step_has_a_known_kind": changed("step", kind=OTHER),
    "step_has_a_known_outcome": changed("step", outcome="forgotten", done_at=at(), done_by=F("opened_by")),
    "step_says_where_its_due_time_comes_from": changed("step", due_source=""),
    "step_is_done_when_by_whom_and_how_or_not_at_all": changed("step", done_at=at()),
    "step_that_follows_up_a_referral_waits_for_an_agency": changed("step", kind="follow_up_referral"),
    "step_that_offers_a_visit_ends_with_an_answer": changed(
        "offer", outcome="done", done_at=at(), done_by=F("opened_by")
    ),
    "risk_level_is_a_known_one": changed("level", level="extreme"),
    "risk_level_says_why": changed("level", why=""),
    "risk_level_is_countersigned_when_and_by_whom_where_it_lowers": changed("level", countersigned_at=at()),
    "risk_level_is_countersigned_by_a_second_person": changed(
        "level", lowers=True, countersigned_at=at(), countersigned_by=F("judged_by")
    ),
    "instrument_begins_once_a_day": twice("instrument"),
    "instrument_ends_after_it_begins": changed("instrument", valid_until=F("valid_from")),
    "risk_rule_begins_once_a_day": twice("rule"),
    "risk_rule_ends_after_it_begins": changed("rule", valid_until=F("valid_from")),
    "assessment_is_made_in_a_known_way": changed("assessed", mode="guessed"),
    "assessment_has_a_known_band": changed("assessed", band="extreme"),
    "assessment_has_a_known_grade": changed("assessed", grade="extreme"),
    "assessment_judges_a_known_level": changed("assessed", judgement="insufficient", reason="x"),
    "assessment_is_signed_whole_or_not_at_all": changed("assessed", signed_by=None),
    "assessment_that_judges_says_why": changed("assessed", judgement="high", reason=""),
    "assessment_draft_is_saved_by_somebody_at_some_time": changed("unsigned", saved_at=at()),
    "assessment_is_superseded_once": twice("corrected"),
    "assessment_draft_is_sealed": changed("unsigned", draft=Sealed(b"plain")),
    "marac_referral_has_a_known_gate": changed("flag", gate="open"),
    "incident_is_one_per_crime_id": twice("incident"),
    "outcome_has_a_place_of_its_own": twice("outcome"),
    "visit_has_a_known_status": past_the_table("visit", status="lost"),
    "visit_is_offered_in_a_known_way": changed("visit", offered_how="pigeon"),
    "visit_is_declined_for_a_known_reason": changed("visit", why_not="tired"),
    "visit_has_a_known_visitor": changed("visit", visitor="a neighbour"),
    "visit_has_a_known_answer_about_a_partner": changed("visit", overlap="nearly"),
    "visit_has_known_duties_at_the_scene": changed("visit", evidence=["tea"]),
    "visit_advises_known_measures": changed("visit", measures=["moat"]),
    "visit_has_known_aftercare": changed("visit", aftercare=["tea"]),
    "visit_is_screened_when_and_by_whom_or_neither": changed("visit", screened_at=at()),
    "visit_is_offered_when_by_whom_and_how_or_not_at_all": changed("visit", offered_by=None),
    "visit_is_answered_when_and_to_whom_or_neither": changed("visit", answered_by=None),
    "visit_goes_on_only_after_an_answer": changed("visit", answered_at=None, answered_by=None),
    "visit_is_answered_only_when_it_was_offered": changed("visit", offered_at=None, offered_by=None, offered_how=""),
    "visit_that_is_declined_says_why": past_the_table("visit", status="declined"),
    "visit_that_is_planned_says_who_comes_and_how_they_are_known": changed("visit", visitor=""),
    "visit_goes_on_only_after_somebody_came": changed("visit", status="attended"),
    "visit_that_was_missed_says_when": changed("visit", times_missed=1),
    "visit_that_is_closed_says_when": changed("visit", closed_at=at()),
    "visit_seals_times_and_check_words": changed("visit", check_words=Sealed(b"amber kettle, unsealed as it is here")),
    "neighbour_was_told_when_and_by_whom_or_not_yet": changed("neighbour", was_told=True),
    "neighbour_has_an_address": changed("neighbour", address=None),
    "neighbour_is_sealed": changed("neighbour", address=Sealed(b"9 Elm Road, IG1 1AA, unsealed as it is here")),
    "address_is_listed_once_for_each_partnership": twice("listed"),
    "visit_rule_begins_once_a_day": twice("visit_rule"),
    "visit_rule_ends_after_it_begins": changed("visit_rule", valid_until=F("valid_from")),
    "visit_rule_is_a_question_or_a_ring": changed("visit_rule", metres=100),
    "standard_begins_once_a_day": twice("standard"),
    "standard_ends_after_it_begins": changed("standard", valid_until=F("valid_from")),
    "contact_has_a_known_status": past_the_table("contact", status="lost"),
    "contact_has_a_known_channel": changed("contact", channel=OTHER),
    "contact_has_a_known_caller": changed("contact", caller=OTHER),
    "contact_has_a_known_danger": changed("contact", danger="maybe"),
    "contact_has_a_known_reason_for_no_step": changed("contact", no_step_reason="tired", next_step=None),
    "contact_is_logged_when_somebody_logged_it": changed("contact", logged_by=None),
    "contact_is_about_a_known_kind": changed("contact", kind="arson"),
    "contact_that_is_logged_says_how_who_what_and_danger": changed("contact", danger=""),
    "contact_that_is_logged_has_a_next_step_or_a_reason": changed("contact", next_step=None),
    "contact_draft_is_saved_by_somebody_at_some_time": changed("contact", saved_at=at()),
    "contact_happened_before_it_was_logged": changed("contact", happened_at=at(1)),
    "contact_knows_whether_they_could_talk": changed("contact", safe_to_talk="nearly"),
    "contact_knows_whether_they_were_alone": changed("contact", alone="nearly"),
    "contact_has_a_known_plan_if_cut_off": changed("contact", if_cut_off="panic"),
    "contact_names_known_markers": changed("contact", markers=["demeanour"]),
    "contact_at_a_hub_was_in_person": changed("contact", hub=F("pk")),
    "hub_has_a_known_kind": changed("hub", kind="round"),
    "hub_has_a_code_of_its_own": twice("hub"),
    "caller_is_checked_in_a_known_way": changed("caller", checked="by_feeling"),
    "caller_may_be_named_or_not_or_was_not_asked": changed("caller", may_be_named="perhaps"),
    "caller_says_whether_the_victim_knows_of_this": changed("caller", aware="perhaps"),
    "caller_says_whether_the_victim_agrees": changed("caller", agrees="perhaps"),
    "caller_who_is_a_child_is_under_18": changed("caller", age=18),
    "caller_is_sealed_where_it_names": changed("caller", name=Sealed(b"Mrs Qandeel Next-Door, unsealed as it is")),
    "equality_question_is_a_known_one": changed("equality", question="star_sign"),
    "equality_is_not_asked_for_a_known_reason": changed("equality", answer="", not_asked="forgot"),
    "equality_question_has_an_answer_or_a_reason": changed("equality", answer=""),
    "party_has_known_needs": changed("party", needs=["status"]),
    "party_has_a_known_role": changed("party", role="friend"),
    "party_is_one_person_once_per_role": twice("party"),
    "alias_has_letters": changed("alias", folded_name=""),
    "alias_is_said_once_of_each_party": twice("alias"),
    "ask_has_two_known_reasons": changed("ask", why=["telephone"]),
    "ask_has_a_known_answer": changed("ask", answer="perhaps", reason="x", answered_at=at(), answered_by=1),
    "ask_is_answered_by_somebody_who_says_why": changed("ask", answer="keep"),
    "ask_tells_something_where_its_answer_is_to_tell": changed("ask", words="Ring me."),
    "ask_is_between_two_cases": changed("ask", asking_case=F("case")),
    "ask_is_made_once_for_each_two_cases": twice("ask"),
    "people_are_the_same_or_different": changed("who_is_who", finding="perhaps"),
    "judgement_of_people_says_why": changed("who_is_who", reason=""),
    "judgement_of_people_is_of_two_in_order": changed("who_is_who", first=F("second")),
    "judgement_of_people_is_taken_back_by_somebody_and_says_why": changed("who_is_who", undone_at=at()),
    "one_judgement_holds_of_each_two_people": twice("who_is_who"),
    "match_key_has_a_known_kind": changed("match_key", kind="shoe_size"),
    "match_key_is_of_each_party_once": twice("match_key"),
    "route_has_a_known_kind": changed("safe", kind="pigeon"),
    "route_has_a_known_safety": changed("unknown", safety="perhaps"),
    "route_is_confirmed_when_and_by_whom_or_neither": changed("unknown", confirmed_at=at()),
    "route_is_safe_only_when_somebody_confirmed_it": changed("unknown", safety="safe", expires_at=at(1)),
    "route_is_safe_only_for_a_time": changed("safe", expires_at=None),
    "route_expires_after_it_was_confirmed": changed("safe", expires_at=F("confirmed_at")),
    "route_says_whether_it_is_watched": changed("safe", monitored=OTHER[:10]),
    "route_says_who_may_begin": changed("safe", initiator=OTHER[:10]),
    "route_has_a_known_rule_for_voicemail": changed("safe", voicemail=OTHER),
    "route_has_a_known_rule_for_our_number": changed("safe", caller_id=OTHER),
    "route_has_a_known_rule_for_letters": changed("safe", letters=OTHER),
    "route_says_whether_the_trusted_person_knows": changed("safe", knows=OTHER[:10]),
    "route_by_letter_holds_no_address": changed("safe", kind="letter"),
    "route_is_sealed_where_it_locates": changed("safe", value=Sealed(b"020 7946 0123")),
    "address_says_whether_the_alleged_perpetrator_knows_it": changed("address", known_to_alleged="perhaps"),
    "address_is_not_empty": changed("address", lines=None),
    "address_has_a_known_kind": changed("address", kind="igloo"),
    "address_of_a_refuge_is_its_organisation_without_postcode": changed("address", kind="refuge_office"),
    "address_that_is_shared_is_known_to_the_alleged_perpetrator": changed("address", kind="shared_with_alleged"),
    "address_ends_after_it_begins": changed("address", valid_from=date(2026, 2, 2), valid_until=date(2026, 1, 1)),
    "address_is_sealed_where_it_locates": changed("address", lines=Sealed(b"17 Zorbell Crescent, unsealed as it is")),
    "contact_draft_is_sealed": changed("draft", draft=Sealed(b'{"said": "as it was typed, and no ciphertext"}')),
    "key_of_a_case_is_wrapped": changed("key", wrapped=b"0" * 32),
    "basis_begins_once_a_day": twice("basis"),
    "basis_ends_after_it_begins": changed("basis", valid_until=date(2000, 1, 1)),
    "decision_has_a_known_purpose": changed("decision", purpose="gossip"),
    "decision_is_overridden_for_a_known_reason": changed(
        "decision", override_reason=OTHER, override_narrative="x", told_victim="no", authorised_by=F("decided_by")
    ),
    "decision_says_in_a_known_way_whether_they_were_told": changed(
        "decision",
        override_reason="court_order",
        override_narrative="x",
        told_victim="perhaps",
        authorised_by=F("decided_by"),
    ),
    "decision_is_overridden_whole_or_not_at_all": changed("decision", override_reason="court_order"),
    "consent_has_a_known_state": changed("consent", state="probably", reason="x"),
    "consent_has_a_known_purpose": changed("consent", purpose="gossip"),
    "consent_names_known_categories": changed("consent", categories=["gossip"]),
    "consent_says_in_a_known_way_how": changed("consent", how="by_pigeon"),
    "consent_notes_a_known_capacity": changed("consent", capacity="some"),
    "consent_that_is_not_given_says_why": changed("consent", state="refused"),
    "consent_is_withdrawn_when_and_by_whom_or_neither": changed("consent", withdrawn_at=at()),
    "consent_is_withdrawn_only_where_it_was_given": changed(
        "consent", state="refused", reason="x", withdrawn_at=at(), withdrawn_by=F("recorded_by")
    ),
    "consent_ends_after_it_begins": changed("consent", until=F("recorded_at")),
    "agreement_says_its_gateway": changed("agreement", gateway=""),
    "agreement_names_known_categories": changed("agreement", categories=["everything"]),
    "agreement_is_reviewed_after_it_begins": changed("agreement", review_on=F("valid_from")),
    "agreement_is_ended_when_and_by_whom_or_neither": changed("agreement", ended_at=at()),
    "agreement_says_how_much_is_heard_back": changed("agreement", feedback_level=5),
    "request_has_a_known_status": past_the_table("request", status="lost"),
    "request_has_a_known_kind": changed("request", kind="rumour"),
    "request_has_a_known_notice": changed("request", notice="rumoured"),
    "request_is_refused_for_a_known_reason": changed("request", refusal="pride"),
    "request_for_more_names_its_referral": changed("request", kind="further"),
    "request_names_known_categories": changed("request", categories=["everything"]),
    "request_says_its_grounds": changed("request", material=""),
    "request_for_what_was_said_in_confidence_says_why": changed("request", counselling=""),
    "request_says_whether_the_victim_was_told": changed("request", notice=""),
    "request_is_for_a_period": changed("request", period_from=date(2026, 2, 1), period_until=date(2026, 1, 1)),
    "request_is_approved_by_a_second_person": changed("request", approved_by=F("asked_by")),
    "request_that_is_sent_was_approved_and_is_a_step": changed("request", step=None),
    "request_is_answered_when_and_by_whom": changed("request", answered_at=at()),
    "request_that_is_given_names_its_decision": given_before_it_was,
    "request_that_is_refused_says_why": changed("request", refusal="unsafe"),
    "request_is_withdrawn_when_it_was": changed("request", withdrawn_at=at()),
    "agreement_has_each_party_once": twice("party_of_agreement"),
    "agreement_is_warned_of_once_each": twice("warning"),
    "decision_says_why_it_is_necessary": changed("decision", necessity=""),
    "decision_names_known_categories": changed("decision", categories=["identity", "everything"]),
    "decision_ends_after_it_is_made": changed("decision", until=F("decided_at")),
    "decision_is_ended_when_and_by_whom_or_neither": changed("decision", ended_at=at()),
    "grant_is_one_per_case_group_permission_and_decision": twice("grant"),
    "case_is_closed_when_somebody_closed_it": changed("case", closed_at=at()),
    "step_is_looked_at_by_somebody": changed("step", rung="nobody"),
    "step_without_an_owner_is_on_duty": past_the_duty,
    "step_is_urgent_when_it_is_due_or_earlier": changed("step", urgent_at=at(24 * 400)),
    "ladder_begins_once_a_day": twice("urgency"),
    "ladder_ends_after_it_begins": changed("urgency", valid_until=F("valid_from")),
    "ladder_reaches_the_supervisor_after_the_duty_queue": changed("urgency", to_supervisor=0, to_duty=1),
    "absence_ends_after_it_begins": changed("absence", until=F("begins_at")),
    "nobody_covers_for_themselves": changed("absence", covered_by=F("worker")),
    "closing_has_a_known_outcome": changed("closing", outcome=OTHER),
    "closing_says_what_of_safety": changed("closing", advice=OTHER),
    "closing_says_something": changed("closing", words=""),
    "closing_names_a_known_other_way": changed("closing", tried=OTHER),
    "closing_is_answered_when_by_whom_and_how_or_not_at_all": changed("closing", answered_at=at()),
    "closing_that_needs_a_second_person_is_answered_by_one": changed(
        "closing", answered_at=at(), answered_by=F("asked_by"), agreed=True
    ),
    "closing_waits_as_a_step_for_a_second_person": changed("closing", step=None),
    "closing_that_is_turned_down_says_why": changed(
        "closing", answered_at=at(), answered_by=F("asked_by") + 1, agreed=False
    ),
    "closing_is_asked_once_at_a_time": twice("closing", step_id=None, needs_second=False),
    "note_says_something": changed("remark", words=""),
    "note_says_whether_it_may_be_given_away": changed("remark", disclosable=OTHER[:10]),
    "note_is_replaced_once": replaced_twice,
    "bar_has_a_known_reason": changed("bar", reason="a feeling"),
    "bar_is_of_a_worker_or_an_agency": changed("bar", worker=None),
    "bar_is_lifted_when_and_by_whom_or_neither": changed("bar", lifted_at=at()),
    "bar_is_one_at_a_time_for_each": twice("bar"),
    "bar_proposal_says_why": changed("proposal", why=["a feeling"]),
    "bar_proposal_is_dismissed_for_a_known_reason": changed("proposal", dismissed=OTHER),
    "bar_proposal_is_answered_by_a_bar_or_a_dismissal": changed("proposal", answered_at=at()),
    "nobody_answers_a_bar_proposed_of_themselves": changed(
        "proposal", answered_at=at(), answered_by=F("worker"), dismissed="no_conflict"
    ),
    "bar_proposal_is_open_once_for_each": twice("proposal"),
    "staff_mark_has_a_known_kind": changed("mark", kind="letter"),
    "staff_mark_is_declared_once": twice("mark"),
    "emergency_access_has_a_known_reason": changed("emergency", reason=OTHER),
    "emergency_access_has_a_known_finding": changed("emergency", reviewed_at=at(), finding=OTHER, review="x"),
    "emergency_access_says_what_has_happened": changed("emergency", words=""),
    "emergency_access_names_known_categories": changed("emergency", categories=["everything"]),
    "emergency_access_lasts_four_hours_at_most": changed("emergency", until=at(5)),
    "emergency_access_is_reviewed_with_a_finding_in_words": changed("emergency", reviewed_at=at()),
    "question_begins_once_a_day": twice("question"),
    "question_ends_after_it_begins": changed("question", valid_until=F("valid_from")),
    "alert_has_a_known_finding": changed(
        "alert", finding=OTHER, words="x", answered_at=at(), answered_by=F("worker") + 1
    ),
    "nobody_answers_an_alert_about_themselves": changed(
        "alert", finding="misuse", words="x", answered_at=at(), answered_by=F("worker")
    ),
    "alert_is_answered_by_somebody_with_a_finding_or_not_at_all": changed("alert", finding="misuse"),
    "alert_is_open_once_for_each_worker_and_case": twice("alert"),
    "event_behind_an_alert_has_a_known_rule": changed("event_behind", rule=OTHER),
    "event_is_told_once_by_each_rule": twice("event_behind"),
    "audit_is_drawn_in_a_known_way": changed("audit", how=OTHER),
    "audit_has_a_known_status": past_the_table("finished", status=OTHER),
    "audit_has_a_known_finding": changed("finished", finding=OTHER),
    "nobody_audits_their_own_case": changed("audit", about=F("auditor")),
    "audit_is_finished_with_a_finding_and_feedback": changed("finished", feedback=""),
    "audit_is_answered_in_words": changed("finished", answered_at=at()),
    "audit_is_followed_up_in_words": changed("finished", followed_up_at=at()),
    "case_is_audited_once_at_a_time": twice("audit"),
    "nobody_reviews_their_own_emergency_access": changed(
        "emergency", reviewed_at=at(), reviewed_by=F("worker"), finding="justified", review="x"
    ),
    "emergency_access_is_reviewed_before_the_next": twice("emergency"),
    "answer_is_handed_over_in_a_known_way": changed("told", how="by_pigeon"),
    "seal_has_a_known_reason": changed("seal", reason="a feeling"),
    "seal_member_is_ended_when_and_by_whom_or_neither": changed("seal", ended_at=at()),
    "seal_names_a_worker_once": twice("seal"),
    "erasure_has_a_known_status": past_the_table("erasure", status="lost"),
    "erasure_has_a_known_ground": changed("erasure", ground=OTHER),
    "erasure_is_asked_in_a_known_role": changed("erasure", asked_as=OTHER),
    "erasure_is_answered_in_a_known_role": changed("erasure", answered_as=OTHER),
    "erasure_says_what_it_rests_on": changed("erasure", words=""),
    "erasure_is_answered_when_by_whom_and_as_what_or_waits": changed("erasure", answered_at=at()),
    "nobody_approves_an_erasure_that_they_asked_for": changed(
        "erasure", status="approved", answered_at=at(), answered_by=F("asked_by"), answered_as="supervisor"
    ),
    "erasure_is_carried_out_only_when_it_is_approved": changed("erasure", erased_at=at()),
    "erasure_is_one_at_a_time": twice("erasure"),
    "handover_note_says_something": changed("note", words=""),
    "handover_note_is_taken_when_and_by_whom_or_neither": changed("note", taken_at=at()),
    "nobody_takes_over_from_themselves": changed("note", taken_at=at(), taken_by=F("written_by")),
    "attempt_standard_begins_once_a_day": twice("ladder"),
    "attempt_standard_ends_after_it_begins": changed("ladder", valid_until=F("valid_from")),
    "attempt_has_a_known_outcome": changed("attempt", outcome=OTHER, ended_at=at(1)),
    "attempt_is_ended_with_an_outcome_or_under_way": changed("attempt", outcome="reached"),
    "attempt_ends_after_it_began": changed("attempt", outcome="reached", ended_at=at(-1)),
    "attempt_is_one_at_a_time_for_each_worker_and_route": twice("attempt"),
    "override_of_a_route_has_a_reason": changed("override", reason=OTHER),
    "override_of_a_route_says_what_has_happened": changed("override", words=""),
    "override_of_a_route_lasts_four_hours_at_most": changed("override", until=at(5)),
    "nobody_overrides_a_route_at_their_own_request": changed("override", asked_by=F("given_by")),
    "override_of_a_route_is_ended_by_somebody_or_not": changed("override", ended_at=at()),
    "hold_has_a_known_reason": changed("hold", reason="a feeling"),
    "hold_is_lifted_when_and_by_whom_or_neither": changed("hold", lifted_at=at()),
    "hold_stands_once_for_each_reason": twice("hold"),
    "partnership_names_one_senior_practitioner": twice("named"),
    "naming_is_ended_when_and_by_whom_or_neither": changed("named", ended_at=at()),
    "pair_is_of_known_sides": changed("pair", side=OTHER),
    "pair_has_known_reasons": changed("pair", why=["a feeling"]),
    "pair_is_of_two_cases": changed("pair", second=F("first")),
    "pair_is_told_when_and_to_whom_or_neither": changed("pair", told_at=at()),
    "pair_is_found_once": twice("pair"),
    "judgement_of_a_pair_is_known": changed("judgement", finding=OTHER),
    "judgement_of_a_pair_says_why": changed("judgement", words=""),
    "service_is_named_once_per_agency": twice("service", entry=entered(id="1")),
    "service_has_a_known_purpose": changed("service", purpose="gossip"),
    "service_is_for_known_kinds_of_case": changed("service", kinds=["arson"]),
    "service_asks_for_known_categories": changed("service", usual_categories=["everything"]),
    "service_has_a_known_status": service_of_unknown_status,
    "service_is_called_what_its_entry_says": changed("service", name=OTHER),
    "service_is_entered_once_per_agency": twice("service", name=OTHER, entry=entered(name=OTHER)),
    "service_is_for_ages_in_order": changed("service", minimum_age=18, maximum_age=16),
    "service_takes_known_levels_of_risk": changed("service", risk_bands=["hair-raising"]),
    "service_is_by_and_for_known_people": changed("service", by_and_for=["us"]),
    "service_says_its_places_and_when_or_neither": changed("service", capacity_now=3),
    "referral_has_a_known_status": past_the_table("sent", status="lost"),
    "referral_has_a_known_urgency": changed("sent", urgency="whenever"),
    "referral_has_a_known_kind_of_case": changed("sent", case_kind="arson"),
    "referral_has_a_known_decline_reason": changed("declined", decline_reason="moody"),
    "referral_against_the_suggestion_says_why": changed("sent", chosen_against="other"),
    "suggestion_rule_begins_once_a_day": twice("suggestion_rule"),
    "suggestion_rule_ends_after_it_begins": changed("suggestion_rule", valid_until=F("valid_from")),
    "suggestion_rule_is_for_known_purposes": changed("suggestion_rule", purposes=["gossip"]),
    "suggestion_rule_that_excludes_says_why": changed("suggestion_rule", why_not=""),
    "gap_is_of_a_known_need": changed("gap", need="moon"),
    "gap_is_of_a_known_kind_of_case": changed("gap", kind="arson"),
    "gap_is_of_a_known_level_of_risk": changed("gap", risk="hair-raising"),
    "gap_names_no_day": changed("gap", month="2026-09-02"),
    "gap_counts_once_for_case_need_and_month": twice("gap"),
    "referral_one_live_per_case_and_service": twice("unsent"),
    "referral_that_is_sent_has_its_decision_and_follow_up": changed("sent", follow_up=None),
    "referral_is_sent_when_and_by_whom_or_neither": changed("sent", sent_by=None),
    "referral_is_answered_when_and_by_whom_or_neither": changed("accepted", answered_by=None),
    "referral_that_has_an_answer_says_when": changed("accepted", answered_at=None, answered_by=None),
    "referral_that_is_declined_says_why": changed("declined", decline_reason=""),
    "referral_is_ended_when_somebody_ended_it": changed("declined", ended_by=None),
    "referral_that_is_completed_says_its_outcome": changed(
        "accepted", status="completed", ended_at=at(), ended_by=F("answered_by"), climbs_at=None
    ),
    "hand_in_was_told_of_a_known_standing": changed("handed_in", told=OTHER),
    "hand_in_is_sent_when_by_whom_and_to_be_received_by": changed("handed_in", due_at=None),
    "hand_in_is_received_after_it_was_sent_by_somebody": changed("handed_in", received_at=at()),
    "hand_in_is_asked_about_by_who_received_it": changed("handed_in", asked_at=at(), asked_by=F("sent_by")),
    "hand_in_is_answered_after_it_was_asked_about": changed("handed_in", answered_at=at()),
    "hand_in_question_is_sealed": changed("handed_in", question=Sealed(b"in clear")),
    "referral_is_chosen_against_for_a_known_reason": changed("sent", chosen_against="moody"),
    "referral_has_a_known_outcome": changed("accepted", outcome_code="won"),
    "referral_was_what_they_wanted_in_a_known_way": changed("accepted", as_wanted="perhaps"),
    "referral_is_taken_back_for_a_known_reason": changed("accepted", withdraw_reason="moody"),
    "referral_that_is_taken_back_says_why": changed(
        "accepted", status="withdrawn", ended_at=at(), ended_by=F("answered_by"), climbs_at=None
    ),
    "referral_names_a_known_other_way": changed("accepted", alternative="pigeon"),
    "referral_at_high_risk_considers_another_way_to_them": changed(
        "accepted", status="unable", level="high", ended_at=at(), ended_by=F("answered_by"), climbs_at=None
    ),
    "referral_climbs_to_somebody_known": changed("sent", told="the king"),
    "referral_runs_a_clock_while_it_lives": changed("sent", climbs_at=None),
    "referral_of_which_more_is_asked_stops_its_clock": changed("sent", status="asked", question="Who?"),
    "referral_waits_for_a_place_until_a_day": changed("sent", status="waitlisted"),
    "referral_that_was_sent_twice_names_the_other": changed(
        "sent", status="duplicate", ended_at=at(), ended_by=F("sent_by"), climbs_at=None
    ),
    "referral_says_since_when_they_are_in_touch": changed("accepted", status="engaged"),
    "referral_is_in_touch_by_somebody": changed("accepted", engaged_at=at()),
    "referral_is_acknowledged_when_and_by_whom_or_neither": changed("sent", acknowledged_at=at()),
    "referral_that_is_acknowledged_says_when": changed("sent", status="acknowledged"),
    "referral_standard_begins_once_a_day": twice("referral_standard"),
    "referral_standard_ends_after_it_begins": changed("referral_standard", valid_until=F("valid_from")),
    "referral_standard_acknowledges_in_a_known_unit": changed("referral_standard", acknowledge_in="moon"),
    "referral_standard_contacts_in_a_known_unit": changed("referral_standard", first_contact_in="moon"),
    "referral_standard_climbs_in_a_known_unit": changed("referral_standard", escalate_in="moon"),
    "referral_standard_climbs_in_the_end": changed("referral_standard", escalate=0),
}
