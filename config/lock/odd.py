"""The functions by which odd access is found in the log, and its alerts are read: made of the table of rules.

They run as the owner: whoever asks sees neither the readings of other agencies, nor the names and marks that are
compared. Ids and codes come out.
"""

from audit.models import SHUT, Outcome
from oversight.rules import LIKENESS, RULES, N

ALLOWED, NOT_FOUND = Outcome.ALLOWED.value, Outcome.NOT_FOUND.value
READS = "'^[a-z]+[.](view|reveal|export|find)_'"
DRAFTS = "('casework.start_contact', 'casework.save_draft')"  # of a contact that nobody logged: no work
DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# Whoever looks after cases of their agency, or reads the log for it, opens them for that.
LOOKS_AFTER = "('supervisor', 'auditor', 'audit_lead', 'partnership_manager')"

# What explains a reading `r`: work that is theirs or their duty queue's, now or until lately. What is quickly found is
# first; + 0 keeps from reading all that somebody did.
EXPLAINED = f"""(
    r.role IN {LOOKS_AFTER}
    OR EXISTS (SELECT 1 FROM casework_case c WHERE c.id = r.the_case AND c.owner_id = r.worker)
    OR EXISTS (
        SELECT 1 FROM casework_nextstep s
        WHERE s.case_id = r.the_case AND s.opened_at <= r.at + interval '{N["after_hours"]} hours'
          AND (s.done_at IS NULL OR s.done_at > r.at - interval '{N["explained_days"]} days')
          AND (s.owner_id = r.worker OR s.owner_id IS NULL AND s.due_at < r.at + interval '{N["soon_days"]} days'
               AND r.agency IN (s.owner_agency_id, s.waits_for_id)))
    OR EXISTS (
        SELECT 1 FROM referrals_referral f JOIN referrals_service s ON s.id = f.service_id AND s.agency_id = r.agency
        WHERE f.case_id = r.the_case AND f.sent_at <= r.at AND (f.owner_id = r.worker OR f.owner_id IS NULL)
          AND (f.ended_at IS NULL
               OR coalesce(f.ended_at, f.answered_at) > r.at - interval '{N["explained_days"]} days'))
    OR EXISTS (
        SELECT 1 FROM audit_event e
        WHERE e.case_id = r.the_case AND e.actor_id + 0 = r.worker AND e.agency_id = r.agency
          AND e.outcome = '{ALLOWED}'
          AND e.at BETWEEN r.at - interval '{N["explained_days"]} days' AND r.at + interval '{N["after_hours"]} hours'
          AND e.action !~ {READS} AND e.action NOT IN {DRAFTS})
    OR EXISTS (
        SELECT 1 FROM casework_twosided t WHERE t.told_to_id = r.worker AND r.the_case IN (t.first_id, t.second_id))
    OR r.was_searched AND r.is_near_contact
    OR EXISTS (
        SELECT 1 FROM stands_in i JOIN kept k ON k.owner_id = i.owner_id AND k.case_id = r.the_case
        WHERE i.worker = r.worker))"""

# In the order of time for each worker: a join would compare all that they did with all of it.
BY_WORKER = "OVER (PARTITION BY worker ORDER BY at RANGE BETWEEN interval '{}' PRECEDING AND {})"
IN_HOUR, IN_DAY = BY_WORKER.format("1 hour", "CURRENT ROW"), BY_WORKER.format("1 day", "CURRENT ROW")
NEAR = {
    name: BY_WORKER.format(time, f"interval '{time}' FOLLOWING")
    for name, time in {"contact": f"{N['contact_minutes']} minutes", "duty": f"{N['duty_hours']} hours"}.items()
}
SINCE_SEARCH = (
    "OVER (PARTITION BY worker, the_case ORDER BY at "
    f"RANGE BETWEEN interval '{N['search_minutes']} minutes' PRECEDING AND CURRENT ROW)"
)

# Whose work a case is, and who does such work for whom: not who only takes their calls.
KEPT = """
    SELECT case_id, owner_id FROM casework_nextstep WHERE done_at IS NULL AND owner_id IS NOT NULL
    UNION ALL SELECT case_id, owner_id FROM referrals_referral
    WHERE answered_at IS NOT NULL AND ended_at IS NULL AND owner_id IS NOT NULL"""
STANDS_IN = f"""
    SELECT l.worker, k.owner_id FROM logged l JOIN kept k ON k.case_id = l.the_case AND k.owner_id <> l.worker
    WHERE l.acts AND l.action <> 'casework.log_contact'
    GROUP BY l.worker, k.owner_id HAVING count(DISTINCT l.the_case) >= {N["cover_cases"]}"""

# They did something in the case, long ago or for another agency, and later somebody else did.
THEIRS = f"""EXISTS (
    SELECT 1 FROM audit_event e
    WHERE e.case_id = r.the_case AND e.actor_id + 0 = r.worker AND e.outcome = '{ALLOWED}' AND e.action !~ {READS}
      AND e.action NOT IN {DRAFTS} AND e.at > r.at - interval '1 year' AND e.at < r.at
      AND EXISTS (SELECT 1 FROM audit_event n WHERE n.case_id = r.the_case AND n.actor_id <> r.worker
                    AND n.outcome = '{ALLOWED}' AND n.action !~ {READS} AND n.at > e.at AND n.at < r.at))"""

MARKED = """EXISTS (
    SELECT 1 FROM casework_staffmark m JOIN casework_contactroute w ON w.mark = m.mark AND w.case_id = r.the_case
    JOIN casework_party p ON p.id = w.party_id AND p.role <> 'referrer'
    WHERE m.worker_id = r.worker AND m.withdrawn_at IS NULL)"""
# No case keeps a mark of its address: what was found when it was compared is in the proposed bar.
OF_PAIR = "b.case_id = r.the_case AND b.worker_id = r.worker"
PROPOSED = f"""EXISTS (
    SELECT 1 FROM casework_barproposal b, unnest(b.why) AS reason
    WHERE {OF_PAIR} AND reason LIKE '%\\_address' AND reason NOT LIKE 'referrer%')"""
DISMISSED = f"coalesce((SELECT bool_and(b.dismissed <> '') FROM casework_barproposal b WHERE {OF_PAIR}), false)"
# Somebody judged already that this likeness says nothing.
JUDGED_BEFORE = f"""EXISTS (
    SELECT 1 FROM oversight_alert a JOIN oversight_alertevent x ON x.alert_id = a.id AND x.rule = found.rule
    WHERE a.worker_id = found.worker AND a.about_case = found.the_case AND a.finding IN ('coincidence', 'explained')
      AND found.rule IN {LIKENESS})"""


def odd_access() -> str:
    """SQL: the function that finds what is odd in the log of a stretch of time, in the system's own partnership.

    Readings of one case by one worker in one hour are one.
    """
    rules = " UNION ALL ".join(f"SELECT '{rule.code}', x.* FROM ({rule.sql}) AS x" for rule in RULES.values())
    return f"""
        CREATE OR REPLACE FUNCTION odd_access(since timestamptz, until timestamptz)
        RETURNS TABLE (rule text, event uuid, at timestamptz, worker bigint, agency bigint, the_case bigint)
        LANGUAGE sql STABLE {DEFINER} AS $$
        WITH staff AS MATERIALIZED (
            SELECT u.id, u.role, staff_folded(u.name) AS folded, surname_of(u.name) AS surname, me.partnership_id
            FROM accounts_user s JOIN accounts_agency me ON me.id = s.agency_id
            JOIN accounts_agency a ON a.partnership_id = me.partnership_id JOIN accounts_user u ON u.agency_id = a.id
            WHERE s.id = ctx_user() AND s.role = 'system' AND u.role NOT IN ('system', 'service_account')
        ),
        happened AS (
            SELECT e.id AS event, e.at, e.actor_id AS worker, e.agency_id AS agency, e.case_id AS the_case, e.action,
                   e.outcome, e.reason, e.detail, e.shown_ids, e.is_deliberate, s.role, e.action ~ {READS} AS reads,
                   e.outcome = '{ALLOWED}' AND e.action !~ {READS} AND e.action !~ '^accounts[.]'
                   AND e.action NOT IN {DRAFTS} AS acts
            FROM audit_event e JOIN staff s ON s.id = e.actor_id WHERE e.at >= since AND e.at < until
        ),
        logged AS MATERIALIZED (
            SELECT *, count(*) FILTER (WHERE acts) {NEAR["duty"]} > 0 AS is_at_work,
                   count(*) FILTER (WHERE action = 'casework.log_contact') {NEAR["contact"]} > 0 AS is_near_contact
            FROM happened
        ),
        kept AS NOT MATERIALIZED ({KEPT}),
        stands_in AS MATERIALIZED ({STANDS_IN}),
        searched AS MATERIALIZED (
            SELECT *, count(*) {IN_HOUR} AS in_hour FROM logged
            WHERE action = 'casework.find_person' AND outcome = '{ALLOWED}'
        ),
        missed AS (
            SELECT *, count(*) {IN_DAY} AS in_day FROM logged WHERE outcome = '{NOT_FOUND}' AND reason <> '{SHUT}'
        ),
        hits AS (
            SELECT event, at, worker, agency, hit AS the_case, role, is_at_work, is_near_contact, false AS opens
            FROM searched, unnest(shown_ids) AS hit
            UNION ALL
            SELECT event, at, worker, agency, the_case, role, is_at_work, is_near_contact, true FROM logged
            WHERE reads AND is_deliberate AND outcome = '{ALLOWED}' AND the_case IS NOT NULL
        ),
        looked AS (SELECT *, count(*) FILTER (WHERE NOT opens) {SINCE_SEARCH} > 0 AS was_searched FROM hits),
        opened AS (
            SELECT DISTINCT ON (worker, the_case, date_trunc('hour', at)) *, at - interval '1 hour' < lag(at) OVER (
                PARTITION BY worker, the_case ORDER BY at) AS is_again
            FROM looked WHERE opens ORDER BY worker, the_case, date_trunc('hour', at), at
        ),
        weighed AS MATERIALIZED (
            SELECT r.*, count(*) FILTER (WHERE is_again IS NOT TRUE) {IN_HOUR} AS in_hour,
                   r.at > until - interval '{N["young_hours"]} hours' OR {EXPLAINED} AS is_explained
            FROM opened r
        ),
        slips AS (
            SELECT worker, count(DISTINCT the_case) AS slips FROM weighed WHERE NOT is_explained GROUP BY worker
        ),
        crowds AS (
            SELECT the_case, count(DISTINCT worker) AS crowd FROM weighed WHERE NOT is_explained GROUP BY the_case
        ),
        judged AS MATERIALIZED (
            SELECT r.*, slips, crowd, NOT is_explained AND {THEIRS} AS was_theirs,
                   extract(isodow FROM r.at AT TIME ZONE 'Europe/London') > 5
                   OR extract(hour FROM r.at AT TIME ZONE 'Europe/London') NOT BETWEEN {N["day_begins"]}
                   AND {N["day_ends"] - 1} AS is_late
            FROM weighed r LEFT JOIN slips USING (worker) LEFT JOIN crowds USING (the_case)
        ),
        pairs AS MATERIALIZED (SELECT DISTINCT worker, the_case FROM judged),
        namesakes AS MATERIALIZED (
            SELECT r.worker, r.the_case, bool_or(staff_folded(p.name) = s.folded) AS is_self,
                   bool_or(surname_of(p.name) = s.surname) AS is_surname
            FROM pairs r JOIN staff s ON s.id = r.worker JOIN casework_party p ON p.case_id = r.the_case
            WHERE p.role <> 'referrer' AND p.name <> ''
              AND string_to_array(p.folded_name, ' ') && string_to_array(s.folded, ' ')
            GROUP BY r.worker, r.the_case
        ),
        likeness AS MATERIALIZED (
            SELECT l.*, coalesce(n.is_self, false) AS is_self, coalesce(n.is_surname, false) AS is_surname
            FROM (SELECT r.*, {MARKED} AS is_telephone, {PROPOSED} AS is_address
                  FROM pairs r WHERE NOT {DISMISSED}) AS l
            LEFT JOIN namesakes n USING (worker, the_case)
            WHERE n.is_self OR n.is_surname OR l.is_telephone OR l.is_address
        ),
        alike AS MATERIALIZED (
            SELECT j.*, l.is_self, l.is_surname, l.is_telephone, l.is_address,
                   l.is_surname AND (
                       SELECT count(*) FROM (
                           SELECT DISTINCT p.case_id FROM casework_party p JOIN casework_case c ON c.id = p.case_id
                           WHERE surname_of(p.name) = s.surname AND c.partnership_id = s.partnership_id
                           LIMIT {N["rare_cases"] + 1}) AS borne) <= {N["rare_cases"]} AS is_rare
            FROM likeness l JOIN staff s ON s.id = l.worker JOIN judged j USING (worker, the_case)
        )
        SELECT * FROM ({rules}) AS found (rule, event, at, worker, agency, the_case)
        WHERE NOT ({JUDGED_BEFORE})
        $$"""


# The reference of a case, for whoever is told of odd access to it: as `attempted`, and to a manager too.
ALERTED = f"""
    CREATE OR REPLACE FUNCTION alerted(the_case bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE {DEFINER} AS $$
        SELECT c.reference FROM casework_case c JOIN accounts_agency a ON a.partnership_id = c.partnership_id
        JOIN accounts_user me ON me.agency_id = a.id AND me.id = ctx_user()
            AND me.role IN ('audit_lead', 'partnership_manager')
        WHERE c.id = the_case AND NOT EXISTS (
            SELECT 1 FROM casework_bar b WHERE b.case_id = c.id AND b.lifted_at IS NULL
              AND (b.worker_id = me.id OR b.agency_id = me.agency_id))
    $$"""

# Whether the acting user is told of odd access: an audit lead, of what others did; a manager, of what audit leads did;
# neither of what they did themself, nor of a case that is barred to them. The system writes it down.
SEEN = f"""
    CREATE OR REPLACE FUNCTION alert_is_seen(the_worker bigint, the_agency bigint, the_case bigint) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE {DEFINER} AS $$
        SELECT EXISTS (
            SELECT 1 FROM accounts_user me JOIN accounts_agency mine ON mine.id = me.agency_id
            JOIN accounts_agency a ON a.id = the_agency AND a.partnership_id = mine.partnership_id
            JOIN accounts_user w ON w.id = the_worker
            WHERE me.id = ctx_user() AND me.is_active AND (
                me.role = 'system'
                OR w.id <> me.id AND (the_case IS NULL OR alerted(the_case) IS NOT NULL)
                   AND (me.role = 'audit_lead' OR me.role = 'partnership_manager' AND w.role = 'audit_lead')))
    $$"""

# The events behind an alert, for whoever sees the alert: what was done, by which way, and in which case.
BEHIND = f"""
    CREATE OR REPLACE FUNCTION events_behind(the_alert bigint)
    RETURNS TABLE (rule text, event uuid, at timestamptz, action text, outcome text, door text, reference text)
    LANGUAGE sql STABLE {DEFINER} AS $$
        SELECT x.rule, e.id, e.at, e.action, e.outcome, e.door, coalesce(alerted(e.case_id), '')
        FROM oversight_alert a JOIN oversight_alertevent x ON x.alert_id = a.id
        JOIN audit_event e ON e.id = x.event AND e.at = x.at
        WHERE a.id = the_alert AND alert_is_seen(a.worker_id, a.agency_id, a.about_case)
    $$"""


def statements() -> tuple[str, ...]:
    """Everything of this module, in the order in which one asks the other."""
    return (ALERTED, SEEN, BEHIND, odd_access())
