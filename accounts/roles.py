"""What people are, and the one table of what each may ever do. Whether to this record, and now: elsewhere."""

from django.db import models


class Role(models.TextChoices):
    CASEWORKER = "caseworker", "Front-door caseworker"
    PARTNER_WORKER = "partner_worker", "Partner worker"
    SUPERVISOR = "supervisor", "Supervisor"
    SENIOR_PRACTITIONER = "senior_practitioner", "Senior practitioner"
    AUDITOR = "auditor", "Auditor"
    AUDIT_LEAD = "audit_lead", "Audit lead"
    AGENCY_ADMINISTRATOR = "agency_administrator", "Agency administrator"
    PARTNERSHIP_MANAGER = "partnership_manager", "Partnership manager"
    SERVICE_ACCOUNT = "service_account", "Service account"
    SYSTEM = "system", "System"


EMERGENCY = {"casework.open_in_emergency", "casework.close_emergency"}
REACHING = {"casework.use_route", "casework.view_attempt", "casework.end_attempt"} | {
    "casework.view_callbacks",
    "casework.view_handover",
    "casework.write_handover",
    "casework.take_over",
}
OVERRIDES = {"casework.override_route", "casework.end_override"}
SECOND_PERSON = {"casework.countersign_risk"}
APPROVES = {"referrals.approve_request"}
FEEDBACK = {"oversight.answer_audit"}
# What other agencies hand in to the front door: both follow it, each does a part.
HANDING_IN = {"referrals.view_hand_in", "referrals.hand_in"}
TAKING = {"referrals.view_hand_in", "referrals.take_hand_in"}
CASEWORK = (
    EMERGENCY
    | FEEDBACK
    | REACHING
    | {
        "casework.confirm_route",
        "casework.report_change",
        "casework.start_contact",
        "casework.view_contact",
        "casework.save_draft",
        "casework.log_contact",
        "casework.call_police",
        "casework.note_equality",
        "casework.screen_visit",
        "casework.offer_visit",
        "casework.answer_visit",
        "casework.record_visit",
        "casework.view_visits",
        "casework.ask_overlap",
        "casework.note_crime",
        "casework.view_nearby",
        "casework.list_neighbours",
        "casework.tell_neighbour",
        "casework.work_at_hub",
        "casework.find_person",
        "casework.ask_holders",
        "casework.view_asks",
        "casework.answer_ask",
        "casework.link_person",
        "casework.tell_apart",
        "casework.undo_judgement",
        "casework.view_people",
        "casework.view_case",
        "casework.open_case",
        "casework.close_case",
        "casework.offer_case",
        "casework.answer_offer",
        "casework.take_case",
        "casework.note_absence",
        "casework.reopen_case",
        "casework.write_note",
        "casework.judge_risk",
        "casework.assess_risk",
        "casework.sign_assessment",
        "casework.note_marac",
        "casework.view_attachment",
        "casework.add_attachment",
        "casework.scan_attachment",
        "casework.view_plan",
        "casework.write_plan",
        "casework.give_plan",
        "casework.view_clocks",
        "casework.start_clock",
        "casework.settle_clock",
        "casework.chase_clock",
        "casework.judge_entitlement",
        "casework.reveal_address",
        "casework.complete_step",
        "casework.answer_step",
        "casework.decide_sharing",
        "casework.end_sharing",
        "casework.record_consent",
        "casework.shorten_sharing",
        "casework.view_agreement",
        "casework.view_senior_practitioner",
        "casework.widen_sharing",
        "casework.withdraw_consent",
        "referrals.view_service",
        "referrals.view_referral",
        "referrals.draft_referral",
        "referrals.note_gap",
        "referrals.view_suggestions",
        "referrals.send_referral",
        "referrals.withdraw_referral",
        "referrals.view_request",
        "referrals.answer_request",
    }
    | TAKING
)
DIRECTORY = {"referrals.view_service", "referrals.assure_service"}
OWN_PLACES = DIRECTORY | {"referrals.say_capacity"}
KEEPS_ENTRIES = DIRECTORY | {"referrals.edit_service"}
PARTNER_WORK = (
    EMERGENCY
    | REACHING
    | HANDING_IN
    | OWN_PLACES
    | {
        "casework.answer_step",
        "casework.begin_sharing",
        "casework.end_sharing",
        "casework.reveal_address",
        "casework.schedule_visit",
        "casework.attend_visit",
        "casework.record_visit",
        "casework.note_crime",
        "casework.view_nearby",
        "casework.tell_neighbour",
        "casework.view_case",
        "casework.view_attachment",
        "casework.view_clocks",
        "casework.view_plan",
        "casework.give_plan",
        "casework.write_note",
        "referrals.view_referral",
        "referrals.accept_referral",
        "referrals.decline_referral",
        "referrals.complete_referral",
        "referrals.view_request",
        "referrals.ask_information",
        "referrals.withdraw_request",
        "referrals.progress_referral",
    }
)
SHUTTING = {
    "casework.view_bars",
    "casework.bar_from_case",
    "casework.lift_bar",
    "casework.seal_case",
    "casework.unseal_case",
}
ERASING = {
    "casework.view_erasure",
    "casework.ask_erasure",
    "casework.approve_erasure",
    "casework.refuse_erasure",
    "casework.erase_case",
    "casework.place_hold",
    "casework.lift_hold",
}
CLOSING = {"casework.answer_closing"}
WORKLOAD = {"casework.view_workload"}
SCORECARD = {"referrals.view_scorecard"}
REFERENCE = {"casework.keep_reference"}
PROPOSALS = {"casework.view_proposals", "casework.answer_proposal"}
REVIEWS = {"casework.review_emergency"}
AUDITS = {"oversight.audit_case"}
SUPERVISION = {
    "oversight.view_case_history",
    "oversight.export_case_history",
    "oversight.view_changes",
    "oversight.view_replay",
    "oversight.export_replay",
}
ANSWERS = {"oversight.give_answer"}
ATTEMPTS = {"oversight.view_attempts"}
ALERTS = {"oversight.view_alerts", "oversight.answer_alert"}
STOPPED_WORK = {"oversight.view_stopped_work", "oversight.retry_work"}
TWO_SIDES = {"casework.view_two_sides", "casework.judge_two_sides"}
HUBS = {"casework.keep_hubs"}
GAPS = {"referrals.view_gaps"}
SENIOR = {"casework.view_senior_practitioner", "casework.name_senior_practitioner"}
AGREEMENTS = {"casework.view_agreement", "casework.add_agreement", "casework.end_agreement"}

# Roles whose reach goes beyond one agency: an agency's administrator cannot give them, not even to themselves.
BEYOND_AN_AGENCY = frozenset({Role.SYSTEM, Role.PARTNERSHIP_MANAGER, Role.AUDIT_LEAD})
# Whom each invites, gives another role and ends: administrators those of their own agency, managers in all of the
# partnership those who look after an agency, or whose reach goes beyond one.
LOOKS_AFTER: dict[str, frozenset[Role]] = {
    Role.AGENCY_ADMINISTRATOR: frozenset(Role) - BEYOND_AN_AGENCY,
    Role.PARTNERSHIP_MANAGER: (BEYOND_AN_AGENCY | {Role.AGENCY_ADMINISTRATOR}) - {Role.SYSTEM},
}
WORKERS = {"accounts.invite_worker", "accounts.change_role", "accounts.end_worker", "accounts.release_worker"}

EVERYBODY = {"accounts.change_password", "casework.declare_mark"}
OF_ROLES = {
    Role.CASEWORKER: CASEWORK,
    Role.PARTNER_WORKER: PARTNER_WORK,
    Role.SUPERVISOR: CASEWORK
    | PARTNER_WORK
    | SHUTTING
    | OVERRIDES
    | SECOND_PERSON
    | APPROVES
    | PROPOSALS
    | REVIEWS
    | CLOSING
    | WORKLOAD
    | SCORECARD
    | AUDITS
    | ANSWERS
    | SUPERVISION
    | STOPPED_WORK
    | ERASING,
    Role.SENIOR_PRACTITIONER: CASEWORK | CLOSING | SECOND_PERSON | PROPOSALS | TWO_SIDES | ERASING,
    Role.AUDITOR: SUPERVISION,
    Role.AUDIT_LEAD: SUPERVISION | ATTEMPTS | ALERTS | {"casework.view_proposals", "oversight.find_odd_access"},
    Role.AGENCY_ADMINISTRATOR: WORKERS | KEEPS_ENTRIES | OWN_PLACES | {"oversight.decide_naming"},
    Role.PARTNERSHIP_MANAGER: {"accounts.add_agency", "accounts.end_agency"}
    | KEEPS_ENTRIES
    | GAPS
    | ALERTS
    | WORKERS
    | AGREEMENTS
    | SCORECARD
    | HUBS
    | REFERENCE
    | SENIOR,
    Role.SERVICE_ACCOUNT: {"casework.import_burglaries", "referrals.view_service", "referrals.say_capacity"}
    | HANDING_IN,
    Role.SYSTEM: {
        "accounts.add_agency",
        "accounts.add_worker",
        "accounts.clear_sessions",
        "accounts.export_audit",
        "accounts.make_partitions",
        "accounts.purge_jobs",
        "accounts.purge_once_only",
        "accounts.rescue_jobs",
        "accounts.send_invitation",
        "accounts.send_notice",
        "accounts.watch_seal",
        "casework.ask_holders",
        "casework.attach_victims",
        "casework.add_agreement",
        "casework.answer_step",
        "casework.end_sharing",
        "casework.hand_over_work",
        "casework.find_repeats",
        "casework.reopen_case",
        "casework.find_two_sides",
        "casework.climb_steps",
        "casework.load_reference",
        "casework.load_addresses",
        "casework.name_senior_practitioner",
        "casework.propose_bar",
        "casework.rewrap_keys",
        "casework.start_contact",
        "casework.save_draft",
        "casework.log_contact",
        "casework.tell_of_two_sides",
        "casework.warn_of_agreements",
        "oversight.find_odd_access",
        "oversight.load_checklist",
        "referrals.add_service",
        "referrals.import_service",
        "referrals.view_service",
        "referrals.climb_referrals",
        "referrals.expire_waits",
        "referrals.hand_over_referrals",
        "referrals.tell_hander_in",
        "referrals.withdraw_referral",
        "referrals.withdraw_request",
    },
}
PERMISSIONS: dict[str, frozenset[str]] = {
    role: frozenset(permissions | EVERYBODY) for role, permissions in OF_ROLES.items()
}


def roles_with(permission: str) -> list[str]:
    """The roles that hold a permission."""
    return [role for role, permissions in PERMISSIONS.items() if permission in permissions]
