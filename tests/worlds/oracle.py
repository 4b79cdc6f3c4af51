"""The oracle: who sees which case, and what of it, by the rules as they are written down, and not as they are built.

Plain data and plain Python, which imports nothing of the application. Each act does what its rule says or raises
`Refused`, before it changed anything. Time is a number of hours.
"""

from dataclasses import dataclass, field

CATEGORIES = ("identity", "contact", "location", "incident", "risk", "narrative", "household", "alleged", "needs")
SHARES, ENDS, ANSWERS, SHUTS = "share", "end", "answer", "shut"
ENTERS, REVIEWS, WRITES = "emergency", "review", "write"
MAY = {
    "caseworker": {SHARES, ENDS, ENTERS, WRITES},
    "senior_practitioner": {SHARES, ENDS, ENTERS, WRITES},
    "partner_worker": {ANSWERS, ENTERS},
    "supervisor": {SHARES, ENDS, ANSWERS, SHUTS, ENTERS, REVIEWS, WRITES},
    "system": {ENDS, WRITES},  # what somebody leaves behind, and what agencies hand in
}
STANDS_IN = ("supervisor", "senior_practitioner", "caseworker")  # in this order, for who leaves a seal
EMERGENCY_HOURS = 4
LONGEST_HOURS = 366 * 24
LIVE = ("draft", "sent", "accepted")


class Refused(Exception):
    """What the product answers: not visible, denied, or not possible now."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


def possible(condition: object) -> None:
    if not condition:
        raise Refused("NotPossibleNow")


@dataclass(eq=False)
class Worker:
    name: str
    agency: str
    role: str
    partnership: str = "here"
    has_left: bool = False


@dataclass(eq=False)
class Case:
    name: str
    holder: str
    partnership: str = "here"


@dataclass(eq=False)
class Consent:
    case: Case
    agency: str
    categories: frozenset[str]
    withdrawn: bool = False


@dataclass(eq=False)
class Share:
    case: Case
    agency: str
    categories: frozenset[str]
    until: float
    consent: Consent
    rests_on_consent: bool
    widens: "Share | None" = None
    begun: bool = False
    ended: bool = False


@dataclass(eq=False)
class Referral:
    case: Case
    agency: str
    share: Share
    status: str = "sent"
    answered: bool = False


@dataclass(eq=False)
class Bar:
    case: Case
    who: str  # the name of a worker or of an agency
    lifted: bool = False


@dataclass(eq=False)
class Emergency:
    case: Case
    worker: Worker
    categories: frozenset[str]
    until: float
    closed: bool = False
    reviewed: bool = False


@dataclass(eq=False)
class Contact:
    """A draft."""

    case: Case
    writer: Worker


@dataclass
class Oracle:
    """A world as plain data."""

    workers: list[Worker]
    cases: list[Case]
    clock: float = 0
    consents: list[Consent] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    seals: dict[Case, set[Worker]] = field(default_factory=dict)
    emergencies: list[Emergency] = field(default_factory=list)
    drafts: list[Contact] = field(default_factory=list)

    # Who sees what.

    def shut(self, who: Worker, case: Case) -> bool:
        """A bar beats every grant, and so does a seal that does not name them; to the system nothing is shut."""
        barred = any(b.case is case and not b.lifted and b.who in (who.name, who.agency) for b in self.bars)
        sealed = self.seals.get(case, set())
        return who.role != "system" and (barred or (bool(sealed) and who not in sealed))

    def runs(self, share: Share) -> bool:
        return share.begun and not share.ended and share.until > self.clock

    def holds(self, who: Worker, case: Case) -> bool:
        return who.agency == case.holder and self.finds(who, case)

    def finds(self, who: Worker, case: Case) -> bool:
        """Whatever they were given: whether they are there, and it is not shut to them."""
        return not who.has_left and not self.shut(who, case)

    def shows(self, who: Worker, case: Case) -> frozenset[str] | None:
        """The categories of a case that somebody sees; None where for them there is no such case."""
        shares = [s for s in self.shares if s.case is case and s.agency == who.agency and self.runs(s)]
        opened = [e for e in self.emergencies if e.case is case and e.worker is who and self.lasts(e)]
        if not self.finds(who, case) or not (shares or opened or who.agency == case.holder):
            return None
        if who.agency == case.holder:
            return frozenset(CATEGORIES)
        return frozenset().union(*(given.categories for given in [*shares, *opened]))

    def sees(self, who: Worker, case: Case) -> bool:
        return self.shows(who, case) is not None

    def lasts(self, access: Emergency) -> bool:
        return not access.closed and not access.reviewed and access.until > self.clock

    def sees_referral(self, who: Worker, referral: Referral) -> bool:
        """One taken back before it was answered was never the addressed agency's business."""
        recalled = referral.status == "withdrawn" and not referral.answered
        addressed = referral.agency == who.agency and not recalled
        return (addressed or who.agency == referral.case.holder) and self.finds(who, referral.case)

    def sees_share(self, who: Worker, share: Share) -> bool:
        return who.agency in (share.agency, share.case.holder) and self.finds(who, share.case)

    def sees_consent(self, who: Worker, consent: Consent) -> bool:
        """Whoever holds the case; and whether she agrees, whoever was to receive what rests on it."""
        named = any(s.consent is consent and s.agency == who.agency for s in self.shares)
        return self.finds(who, consent.case) and (named or who.agency == consent.case.holder)

    def sees_emergency(self, who: Worker, access: Emergency) -> bool:
        return (access.worker is who or who.agency == access.case.holder) and self.finds(who, access.case)

    def sees_draft(self, who: Worker, draft: Contact) -> bool:
        """Its writer's; and their agency's, once they do not find the case any more."""
        return self.holds(who, draft.case) and (draft.writer is who or not self.finds(draft.writer, draft.case))

    def sees_step(self, who: Worker, case: Case, waits_for: str) -> bool:
        return who.agency in (case.holder, waits_for) and self.finds(who, case)

    def may(self, who: Worker, act: str, *, seen: bool = True, rule: bool = True) -> None:
        if who.has_left or not seen or not rule or act not in MAY.get(who.role, ()):
            raise Refused("Denied" if seen else "NotVisible")

    # Sharing.

    def send(
        self, who: Worker, case: Case, agency: str, categories: frozenset[str], hours: float, *, by_consent: bool
    ) -> Referral:
        finds = who.partnership == "here"  # as every service is
        self.may(who, SHARES, seen=finds and self.sees(who, case), rule=self.holds(who, case))
        possible(not any(r.case is case and r.agency == agency and r.status in LIVE for r in self.referrals))
        share = self._decide(case, agency, categories, hours, by_consent=by_consent)
        self.referrals.append(Referral(case, agency, share))
        return self.referrals[-1]

    def accept(self, who: Worker, referral: Referral) -> None:
        self._answers(who, referral)
        possible(referral.status == "sent" and not referral.share.ended and referral.share.until > self.clock)
        referral.status, referral.answered, referral.share.begun = "accepted", True, True

    def decline(self, who: Worker, referral: Referral) -> None:
        self._answers(who, referral)
        possible(referral.status == "sent")
        referral.answered = True
        self._end_referral(referral, "declined")

    def complete(self, who: Worker, referral: Referral) -> None:
        self._answers(who, referral)
        possible(referral.status == "accepted")
        self._end_referral(referral, "completed")

    def take_back(self, who: Worker, referral: Referral) -> None:
        seen = self.sees_referral(who, referral)
        self.may(who, ENDS, seen=seen, rule=self.holds(who, referral.case))
        possible(referral.status in LIVE)
        self._end_referral(referral, "withdrawn")

    def end(self, who: Worker, share: Share) -> None:
        self._changes(who, share, ENDS)
        family = [s for s in self.shares if s is share or s.widens is share]
        possible(any(not s.ended for s in family))
        for each in family:
            each.ended = True
        self._referral_goes_with(share)

    def shorten(self, who: Worker, share: Share, hours: float) -> None:
        """Narrower in time, with what widens it."""
        self._changes(who, share)
        possible(not share.ended and self.clock + hours < share.until)
        for each in self.shares:
            if (each is share or each.widens is share) and not each.ended:
                each.until = min(each.until, self.clock + hours)

    def widen(self, who: Worker, share: Share, categories: frozenset[str], hours: float, *, by_consent: bool) -> Share:
        self._changes(who, share)
        possible(self.runs(share))
        possible(categories - share.categories or self.clock + hours > share.until)
        wider = self._decide(share.case, share.agency, categories, hours, by_consent=by_consent)
        wider.begun, wider.widens = True, share.widens or share
        return wider

    def withdraw(self, who: Worker, consent: Consent) -> None:
        """All that rests on this consent ends; what has a basis of its own goes on, and so does its referral."""
        seen = self.holds(who, consent.case)
        self.may(who, SHARES, seen=seen)
        possible(not consent.withdrawn)
        consent.withdrawn = True
        named = [s for s in self.shares if s.consent is consent and s.rests_on_consent]
        for share in [s for s in named if not s.ended and s.until > self.clock]:
            share.ended = True
            self._referral_goes_with(share)

    def pass_time(self, hours: float) -> None:
        self.clock += hours

    def _decide(self, case: Case, agency: str, categories: frozenset[str], hours: float, *, by_consent: bool) -> Share:
        """What was agreed to last is relied on, if it covers all of it; else it is agreed to anew."""
        said = [c for c in self.consents if c.case is case and c.agency == agency][-1:]
        if not said or said[0].withdrawn or not categories <= said[0].categories:
            said = [Consent(case, agency, categories)]
            self.consents += said
        self.shares.append(Share(case, agency, categories, self.clock + hours, said[0], by_consent))
        return self.shares[-1]

    def _answers(self, who: Worker, referral: Referral) -> None:
        self.may(who, ANSWERS, seen=self.sees_referral(who, referral), rule=referral.agency == who.agency)

    def _changes(self, who: Worker, share: Share, act: str = SHARES) -> None:
        self.may(who, act, seen=self.sees_share(who, share), rule=self.holds(who, share.case))

    def _end_referral(self, referral: Referral, status: str) -> None:
        referral.status = status
        for share in self.shares:
            if share is referral.share or share.widens is referral.share:
                share.ended = True

    def _referral_goes_with(self, share: Share) -> None:
        """With the last of what was shared by it, a referral that is live goes back."""
        root = share.widens or share
        left = [s for s in self.shares if (s is root or s.widens is root) and not s.ended]
        for referral in self.referrals:
            if referral.share is root and referral.status in LIVE and not left:
                referral.status = "withdrawn"

    # Shutting.

    def bar(self, who: Worker, case: Case, name: str) -> Bar:
        self._shuts(who, case)
        possible(name not in (who.name, who.agency))
        possible(not any(b.case is case and b.who == name and not b.lifted for b in self.bars))
        self.bars.append(Bar(case, name))
        self._was_shut(case)
        return self.bars[-1]

    def lift(self, who: Worker, bar: Bar) -> None:
        self._shuts(who, bar.case)
        possible(not bar.lifted)
        bar.lifted = True

    def seal(self, who: Worker, case: Case, named: set[Worker]) -> None:
        self._shuts(who, case)
        possible(who in named and self._is_held(named) and not self.seals.get(case))
        self.seals[case] = set(named)
        self._was_shut(case)

    def name(self, who: Worker, case: Case, worker: Worker) -> None:
        self._shuts(who, case)
        possible(self.seals.get(case) and worker not in self.seals[case])
        self.seals[case].add(worker)

    def take_off(self, who: Worker, case: Case, worker: Worker) -> None:
        self._shuts(who, case)
        stay = self.seals.get(case, set()) - {worker}
        possible(who is not worker and worker in self.seals.get(case, set()) and self._is_held(stay))
        self.seals[case] = stay
        self._was_shut(case)

    def unseal(self, who: Worker, case: Case) -> None:
        self._shuts(who, case)
        possible(self.seals.get(case))
        self.seals[case] = set()

    def leave(self, worker: Worker) -> None:
        """Their emergency access ends. Where a seal names them, others of the agency that holds the case are named
        in their place if too few would be left; where nobody can be, they do not leave."""
        possible(not worker.has_left)
        sealed = {case: self._without(case, worker) for case, named in self.seals.items() if worker in named}
        possible(all(sealed.values()))
        worker.has_left = True
        self.seals |= sealed
        for access in [e for e in self.emergencies if e.worker is worker and self.lasts(e)]:
            access.closed = True
        for case in sealed:
            self._was_shut(case)

    def _without(self, case: Case, worker: Worker) -> set[Worker]:
        stay = {named for named in self.seals[case] if named is not worker}
        here = [each for each in self.workers if each.agency == case.holder and each is not worker]
        for each in [each for role in STANDS_IN for each in here if each.role == role]:
            if self._is_held(stay) and any(named.agency == case.holder for named in stay):
                return stay
            barred = any(b.case is case and not b.lifted and b.who == each.name for b in self.bars)
            stay |= set() if each.has_left or barred else {each}
        return stay if self._is_held(stay) else set()

    def _shuts(self, who: Worker, case: Case) -> None:
        self.may(who, SHUTS, seen=self.sees(who, case), rule=self.holds(who, case))

    def _is_held(self, named: set[Worker]) -> bool:
        """Two at least who are there, and one of them a supervisor."""
        there = [worker for worker in named if not worker.has_left]
        return len(there) > 1 and any(worker.role == "supervisor" for worker in there)

    def _was_shut(self, case: Case) -> None:
        """A referral that nobody at the addressed agency finds any more comes back."""
        for referral in [r for r in self.referrals if r.case is case and r.status in LIVE]:
            answer = [w for w in self.workers if w.agency == referral.agency and ANSWERS in MAY.get(w.role, ())]
            if not any(self.finds(worker, case) for worker in answer):
                self._end_referral(referral, "withdrawn")

    # Emergencies, and drafts.

    def open(self, who: Worker, case: Case, categories: frozenset[str]) -> Emergency:
        self.may(who, ENTERS)
        if who.partnership != case.partnership or self.shut(who, case):
            raise Refused("NotVisible")
        possible(not self.holds(who, case))
        possible(not any(e.worker is who and not e.reviewed for e in self.emergencies))
        self.emergencies.append(Emergency(case, who, categories, self.clock + EMERGENCY_HOURS))
        return self.emergencies[-1]

    def close(self, who: Worker, access: Emergency) -> None:
        self.may(who, ENTERS, seen=self.sees_emergency(who, access), rule=access.worker is who)
        possible(self.lasts(access))
        access.closed = True

    def review(self, who: Worker, access: Emergency) -> None:
        rule = self.holds(who, access.case) and access.worker is not who
        self.may(who, REVIEWS, seen=self.sees_emergency(who, access), rule=rule)
        possible(not access.reviewed)
        access.reviewed = True

    def draft(self, who: Worker, case: Case) -> Contact:
        """At a front door only, which is who holds cases here."""
        self.may(who, WRITES, seen=self.sees(who, case), rule=self.holds(who, case))
        self.drafts.append(Contact(case, who))
        return self.drafts[-1]
