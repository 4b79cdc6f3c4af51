"""What each login may do to each table: one table of rights, applied whole after each migrate.

What does not stand here is refused. `UPDATE (..)` and `INSERT (..)` name columns.
"""

from collections.abc import Iterator

from audit.log import COLUMNS
from config.lock.roles import CHECKS, JOBS, SEALER, WEB

READ, ADD, WRITE_DOWN = "SELECT", "SELECT, INSERT", f"INSERT ({', '.join(COLUMNS)})"
ALL_ROWS = "SELECT, INSERT, UPDATE, DELETE"

# What everybody who acts looks up: who there is, in which agency, and what permissions are called.
WHO = {
    "accounts_agency": READ,
    "accounts_partnership": READ,
    "accounts_user": READ,
    "auth_group": READ,
    "auth_permission": READ,
    "django_content_type": READ,
    "django_migrations": READ,
}
RETRIED = "status, attempts, scheduled_at, priority, queue_name, lock"  # what a job tried again has anew
TABLES: dict[str, dict[str, str]] = {
    WEB: WHO
    | {
        "account_emailaddress": "SELECT, INSERT, UPDATE",
        "accounts_agency": ADD,
        "accounts_invitation": "SELECT, INSERT, UPDATE (sent_at, taken_back_at, taken_back_by_id)",
        "accounts_notice": "SELECT (id), INSERT",
        "accounts_onceonly": "SELECT, INSERT, DELETE",
        "accounts_partnership": ADD,
        "accounts_user": "SELECT, INSERT, UPDATE (password)",
        "accounts_user_groups": ADD,
        "audit_event": f"SELECT, {WRITE_DOWN}",
        "auth_group": ADD,
        "casework_absence": "SELECT, INSERT, UPDATE (ended_at)",
        "casework_address": "SELECT, INSERT, UPDATE (doubted_at)",
        "casework_agreementparty": ADD,
        "casework_agreementwarning": READ,
        "casework_alias": ADD,
        "casework_attachment": "SELECT, INSERT, UPDATE (scanned, scanned_at)",
        "casework_bar": "SELECT, INSERT, UPDATE (lifted_at, lifted_by_id)",
        "casework_barproposal": "SELECT, INSERT, UPDATE (why, answered_at, answered_by_id, bar_id, dismissed)",
        "casework_callerdetails": ADD,
        "casework_case": "SELECT, INSERT, UPDATE (kind, status, owner_id, opened_at, opened_by_id, closed_at, "
        "closed_by_id)",
        "casework_attemptstandard": "SELECT, INSERT, UPDATE",
        "casework_caseclock": "SELECT, INSERT, UPDATE (level, due_at, chase_id, ended_at, ended_by_id, outcome, "
        "told_at, told_by, how, attempt_id, words)",
        "casework_casekey": ADD,
        "casework_coderule": "SELECT, INSERT, UPDATE",
        "casework_closing": "SELECT, INSERT, UPDATE (answered_at, answered_by_id, agreed, why_not)",
        "casework_consentrecord": "SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by_id)",
        "casework_contact": "SELECT, INSERT, UPDATE (status, draft, saved_at, saved_by_id, channel, happened_at, "
        "caller, said, danger, kind, logged_at, logged_by_id, next_step_id, no_step_reason, safe_to_talk, alone, "
        "if_cut_off, opinion, wanted, markers, hub_id, cut_short)",
        "casework_contactroute": "SELECT, INSERT, UPDATE (superseded_at, expires_at, doubted_at)",
        "casework_contactattempt": "SELECT, INSERT, UPDATE (ended_at, outcome)",
        "casework_emergencyaccess": "SELECT, INSERT, UPDATE (closed_at, reviewed_at, reviewed_by_id, finding, review)",
        "casework_emergencycall": ADD,
        "casework_equalityanswer": ADD,
        "casework_erasure": "SELECT, INSERT, UPDATE (status, answered_at, answered_by_id, answered_as)",
        "casework_groupgrant": "SELECT, INSERT, UPDATE (valid_until)",
        "casework_hub": "SELECT, INSERT, UPDATE (name, is_open)",
        "casework_handovernote": "SELECT, INSERT, UPDATE (taken_at, taken_by_id)",
        "casework_incident": "SELECT, INSERT, UPDATE (crime_reference, force, happened_on, numbers, spot)",
        "casework_lawfulbasis": "SELECT, INSERT, UPDATE",
        "casework_listedaddress": "SELECT, INSERT, DELETE",
        "casework_neighbour": "SELECT, INSERT, UPDATE (was_told, told_at, told_by_id)",
        "casework_legalhold": "SELECT, INSERT, UPDATE (lifted_at, lifted_by_id)",
        "casework_live_group_grant": "SELECT, DELETE",
        "casework_maracreferral": ADD,
        "casework_matchkey": ADD,
        "casework_namedsenior": "SELECT, INSERT, UPDATE (ended_at, ended_by_id)",
        "casework_nextstep": "SELECT, INSERT, UPDATE (owner_id, due_at, due_source, done_at, done_by_id, outcome, "
        "rung, urgent_at, climbs_at)",
        "casework_note": "SELECT, INSERT, UPDATE (superseded_at)",
        "casework_party": "SELECT, INSERT, UPDATE (name, folded_name, date_of_birth, language, "
        "call_them, dialect, interpreter_needed, interpreter_wanted, interpreter_may_know_them, interpreter_booking, "
        "access_needs, needs, support_needs, enhanced_for, enhanced_words)",
        "casework_person": ADD,
        "casework_personjudgement": "SELECT, INSERT, UPDATE (undone_at, undone_by_id, undone_reason)",
        "casework_publishedoutcome": ADD,
        "casework_quietask": "SELECT, UPDATE (answer, reason, words, answered_at, answered_by_id)",
        "casework_recordversion": READ,
        "casework_riskassessment": "SELECT, INSERT, UPDATE (rule_id, draft, saved_at, saved_by_id, mode, present, "
        "interpreter, answers, call_outs, concern, ticks, unknown, band, judgement, reason, grade, signed_at, "
        "signed_by_id)",
        "casework_riskinstrument": "SELECT, INSERT, UPDATE (name, licence, source, valid_until)",
        "casework_risklevel": "SELECT, INSERT, UPDATE (countersigned_at, countersigned_by_id)",
        "casework_riskrule": "SELECT, INSERT, UPDATE (source, valid_until)",
        "casework_routeoverride": "SELECT, INSERT, UPDATE (ended_at, ended_by_id)",
        "casework_safetyplan": ADD,
        "casework_sealmember": "SELECT, INSERT, UPDATE (ended_at, ended_by_id)",
        "casework_ladderstandard": "SELECT, INSERT, UPDATE",
        "casework_servicestandard": "SELECT, INSERT, UPDATE",
        "casework_sharingagreement": "SELECT, INSERT, UPDATE (ended_at, ended_by_id)",
        "casework_sharingdecision": "SELECT, INSERT, UPDATE (began_at, ended_at, ended_by_id, until)",
        "casework_sidesjudgement": ADD,
        "casework_staffmark": "SELECT, INSERT, UPDATE (withdrawn_at)",
        "casework_twosided": READ,
        "casework_visit": "SELECT, INSERT, UPDATE (status, screen, screened_at, screened_by_id, is_urgent, due_at, "
        "due_source, offered_at, offered_by_id, offered_how, slots, interpreter, advised, answered_at, answered_by_id, "
        "why_not, scheduled_for, visitor, visitor_name, visitor_number, check_words, attended_at, missed_at, "
        "times_missed, evidence, measures, aftercare, found, closed_at, crime_recorded_at, forensics_asked_at, "
        "overlap)",
        "casework_visitrule": "SELECT, INSERT, UPDATE",
        "django_session": ALL_ROWS,
        "oversight_alert": "SELECT, INSERT, UPDATE (answered_at, answered_by_id, finding, words)",
        "oversight_alertevent": ADD,
        "oversight_auditquestion": "SELECT, INSERT, UPDATE",
        "oversight_caseaudit": "SELECT, INSERT, UPDATE (status, answers, finding, feedback, follow_up_on, finished_at, "
        "answer, answered_at, followed_up, followed_up_at)",
        "oversight_givenanswer": ADD,
        "oversight_staffnaming": ADD,
        "procrastinate_events": ADD,
        "procrastinate_jobs": f"SELECT, INSERT, UPDATE ({RETRIED})",
        "referrals_gap": ADD,
        "referrals_handin": "SELECT, INSERT, UPDATE (saved_at, saved_by_id, sent_at, sent_by_id, due_at, borough, "
        "received_at, received_by_id, question, asked_at, asked_by_id, answered_at, answered_by_id, kept_here, told, "
        "told_at)",
        "referrals_referral": "SELECT, INSERT, UPDATE (status, decision_id, follow_up_id, owner_agency_id, owner_id, "
        "due_at, due_source, urgency, asked, language, interpreter_needed, access_needs, sent_at, sent_by_id, "
        "answered_at, answered_by_id, decline_reason, decline_note, ended_at, ended_by_id, outcome, outcome_code, "
        "as_wanted, withdraw_reason, alternative, engaged_at, engaged_by_id, waits_until, acknowledged_at, "
        "acknowledged_by_id, question, added, told, climbs_at, level, acknowledge_by, answer_by, answer_left, "
        "duplicate_of_id, changes)",
        "referrals_referralstandard": "SELECT, INSERT, UPDATE",
        "referrals_service": "SELECT, INSERT, UPDATE (name, what_for, kinds, purpose, usual_categories, "
        "answers_within_hours, entry, imported, status, minimum_age, maximum_age, languages, areas, assured_on, "
        "capacity_now, capacity_at, waitlist_length, waiting_days, risk_bands, takes_nrpf, takes_men, takes_women, "
        "takes_sons_until, wheelchair, pets, by_and_for, outside_area_only, secure_contact, beds)",
        "referrals_suggestionrule": "SELECT, INSERT, UPDATE",
        "referrals_informationrequest": "SELECT, INSERT, UPDATE (status, approved_at, approved_by_id, sent_at, due_at, "
        "due_source, step_id, answered_at, answered_by_id, decision_id, refusal, words, withdrawn_at)",
    },
    JOBS: WHO
    | {
        "accounts_user": "SELECT (id, public_id, email, name, agency_id, role, is_active, is_superuser, joined_at, "
        "placed_at, left_at, left_by_id, goes_to_id)",
        "accounts_invitation": READ,
        "accounts_notice": "SELECT, INSERT, UPDATE (sent_at, dropped_at)",
        "accounts_onceonly": "SELECT (id, created_at), DELETE",
        "audit_checkpoint": "SELECT (size, root, at)",
        "audit_event": WRITE_DOWN,
        "casework_agreementwarning": ADD,
        "casework_case": "SELECT, UPDATE (status, owner_id, closed_at, closed_by_id)",
        "casework_closing": "SELECT (id, case_id, outcome, agreed)",
        "casework_casekey": "SELECT, UPDATE (wrapped, version, rewrapped_at)",
        "casework_emergencyaccess": "SELECT (id, case_id, worker_id, until, closed_at, reviewed_at)",
        "casework_groupgrant": READ,
        "casework_live_group_grant": "SELECT, DELETE",
        "casework_namedsenior": READ,
        "casework_nextstep": "SELECT, INSERT, UPDATE (rung, climbs_at, done_at, done_by_id, outcome)",
        "casework_ladderstandard": READ,
        "casework_risklevel": "SELECT (id, case_id, level, judged_at, lowers, countersigned_at)",
        "casework_visit": "SELECT (id, case_id, is_urgent)",
        "casework_quietask": "SELECT (id, case_id, asking_case_id), INSERT",
        "casework_riskrule": READ,
        "casework_servicestandard": READ,
        "casework_sharingagreement": READ,
        "casework_sharingdecision": "SELECT, UPDATE (ended_at, ended_by_id)",
        "casework_sidesjudgement": "SELECT (id, pair_id, judged_at)",
        "casework_twosided": "SELECT, INSERT, UPDATE (why, found_at, told_at, told_to_id)",
        "django_session": "SELECT (session_key, expire_date), DELETE",
        "oversight_alert": ADD,
        "oversight_alertevent": ADD,
        "oversight_caseaudit": READ,
        "procrastinate_events": ADD,
        "procrastinate_jobs": f"SELECT, INSERT, DELETE, UPDATE ({RETRIED}, worker_id, abort_requested)",
        "procrastinate_periodic_defers": "SELECT, INSERT, DELETE, UPDATE (job_id)",
        "procrastinate_workers": "SELECT, INSERT, DELETE, UPDATE (last_heartbeat)",
        "referrals_handin": "SELECT, UPDATE (told, told_at)",
        "referrals_referral": "SELECT, UPDATE (status, told, climbs_at, answer_left, ended_at, ended_by_id, "
        "follow_up_id)",
        "referrals_referralstandard": READ,
        "referrals_service": READ,
    },
    SEALER: {"audit_checkpoint": ADD, "audit_event": f"SELECT, {WRITE_DOWN}"},
}

# The checks read what the web may read, but no password, session, key or kept answer.
HIDDEN_FROM_CHECKS = {
    "accounts_invitation",
    "accounts_onceonly",
    "account_emailaddress",
    "casework_casekey",
    "django_session",
}
TABLES[CHECKS] = dict.fromkeys(sorted(set(TABLES[WEB]) - HIDDEN_FROM_CHECKS), READ) | {
    "accounts_user": "SELECT (id, agency_id, role, is_active)",
    "audit_checkpoint": "SELECT (size, high, since, at)",
    "casework_casekey": "SELECT (case_id)",  # that a case has one
}

CONTEXT = ("holder_of(bigint)", "act_as(bigint, bigint)", "ctx_user()", "ctx_agency()", "ctx_group()", "ctx_case()")
IS_SHUT = "is_shut_to(bigint, bigint)"
ASKED = (
    "ctx_permissions(text[])",
    "ctx_owns(bigint)",
    "ctx_emergency_case()",
    "ctx_emergency_permissions()",
    "ctx_senior_of()",
    "may_be_shut(bigint)",
    "shut_to(bigint)",
    IS_SHUT,
    "attempted(bigint)",
    "looks_after(bigint, text)",
    "version_is_seen(text, bigint, jsonb)",
)
ODD = ("odd_access(timestamptz, timestamptz)", "alerted(bigint)", "alert_is_seen(bigint, bigint, bigint)")
WORKERS = (
    "worker_leaves(bigint, bigint, timestamptz)",
    "worker_changes_role(bigint, text)",
    "worker_joins(bigint, text, timestamptz, interval)",
    "invitation_named(uuid)",
    "agency_leaves(bigint, timestamptz)",
    "cases_left_by(bigint)",
)
INDEXED = (
    "name_keys(text)",
    "sound_of(text)",
    "staff_folded(text)",
    "surname_of(text)",
)  # an index calls them for whoever writes a row
DEFERS = ("procrastinate_defer_jobs_v1", "procrastinate_retry_job_v2")
WORKS = tuple(
    f"procrastinate_{name}"
    for name in (
        "defer_periodic_job_v2",
        "fetch_job_v2",
        "finish_job_v1",
        "register_worker_v1",
        "unregister_worker_v1",
        "update_heartbeat_v1",
        "prune_stalled_workers_v1",
    )
)
UNSEALED = "audit_unsealed_since()"
FUNCTIONS: dict[str, tuple[str, ...]] = {
    WEB: (
        *CONTEXT,
        *ASKED,
        *ODD,
        "events_behind(bigint)",
        "events_about(bigint)",
        "record_named(text)",
        "emergency_case(text)",
        "casework_is_being_erased(bigint)",  # a guard of what was said asks it for whoever writes
        "erase_case(bigint, timestamptz)",
        "hand_over_to_behaviour(bigint)",
        "burglaries_near(bigint, point, float8, date, date)",
        "burgled_before(bigint, bytea[], timestamptz)",
        "kept_off_list(bigint, bytea[])",
        "known_by(bigint, bytea[], text[])",
        "named_like(bigint, text, real)",
        "stand_where_judged(bigint[])",
        "staff_alike(bigint, text[], bytea[])",
        *INDEXED,
        *WORKERS,
        *DEFERS,
    ),
    JOBS: (
        *CONTEXT,
        "audit_make_partitions(int)",
        *ODD,
        UNSEALED,
        "flagged_like(bigint, date)",
        "kept_from(bigint, bigint)",
        "opposite_sides(bigint)",
        IS_SHUT,
        "record_named(text)",
        "shut_to(bigint)",  # whoever opens a case again asks, of themselves, whether they find it
        "steps_that_climb(timestamptz)",
        "referrals_that_are_late(timestamptz, boolean)",
        *DEFERS,
        *WORKS,
    ),
    SEALER: (UNSEALED, "system_actor()"),
    CHECKS: (),
}
# The library counts its rows; ours have identity columns, which ask for no right.
SEQUENCES = {
    WEB: ("procrastinate_jobs_id_seq", "procrastinate_events_id_seq"),
    JOBS: ("procrastinate_jobs_id_seq", "procrastinate_events_id_seq", "procrastinate_periodic_defers_id_seq"),
}


def statements() -> Iterator[str]:
    """Everything taken from everybody, then given by the table. For one transaction: between, nobody has anything."""
    roles = ", ".join(FUNCTIONS)
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {roles}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {roles}"
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {roles}"
    yield from _of_functions(roles)
    for role, sequences in SEQUENCES.items():
        yield from (f"GRANT USAGE ON SEQUENCE {sequence} TO {role}" for sequence in sequences)
    for role, tables in TABLES.items():
        yield from (f"GRANT {rights} ON {table} TO {role}" for table, rights in tables.items())


def _of_functions(roles: str) -> Iterator[str]:
    """Of functions of ours only: those of an extension belong to the server's superuser."""
    yield (
        "DO $$ DECLARE f regprocedure; BEGIN "
        "FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "AND proowner = current_user::regrole LOOP "
        f"EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC, {roles}', f); END LOOP; END $$"
    )
    for role, functions in FUNCTIONS.items():
        yield from (f"GRANT EXECUTE ON FUNCTION {function} TO {role}" for function in functions)
