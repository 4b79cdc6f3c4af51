"""Audit a case: chance draws it, a supervisor finds, its worker reads and answers, and it is followed up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.authorization import NotPossibleNow
from accounts.models import Notice
from casework.commands import bar_from_case, judge_risk, open_case, start_contact
from casework.models import GroupGrant
from oversight.commands import answer_audit, draw_audit, finish_audit, follow_up_audit
from oversight.models import AuditQuestion, CaseAudit
from oversight.policy import visible_audits
from oversight.queries import audit_figures, audits_for
from tests import factories
from tests.conftest import events, outcome_of, worked
from tests.factories import at


def draw(world, how="at_random"):
    return draw_audit(actor=world.supervisor, how=how, now=at())


def finish(world, audit, **more):
    return finish_audit(actor=world.supervisor, audit=audit, plan=factories.found(**more), now=at())


def test_chance_draws_a_case_of_somebody_else_and_says_whose_work_it_is(world, case):
    audit = draw(world)
    assert (audit.case, audit.about, audit.auditor, audit.status) == (case, world.caseworker, world.supervisor, "drawn")
    (event,) = events("oversight.audit_case", outcome="allowed")
    assert (event.case_id, event.detail) == (case.pk, {"how": "at_random", "about": world.caseworker.pk})


def test_nobody_draws_a_case_in_which_they_did_anything(world):
    factories.opened(world.supervisor)
    contact = factories.logged(world.supervisor)
    open_case(actor=world.caseworker, case=contact.case, step=factories.step(), now=at())
    with pytest.raises(NotPossibleNow, match="There is no case to draw"):
        draw(world)


def test_a_case_with_a_contact_of_theirs_that_is_only_begun_is_their_own_too(world, case):
    start_contact(actor=world.supervisor, case=case, now=at())
    with pytest.raises(NotPossibleNow):
        draw(world)


def test_by_risk_only_cases_at_high_risk_are_drawn(world, case):
    calmer = factories.unjudged(world.caseworker)
    judge_risk(actor=world.caseworker, case=calmer, level="medium", why="It is calmer.", now=at(1))
    assert draw(world, "by_risk").case == case
    with pytest.raises(NotPossibleNow):
        draw(world, "by_risk")


def test_every_case_can_be_drawn(world):
    cases = {factories.opened(world.caseworker).pk for _ in range(3)}
    assert {draw(world).case_id for _ in cases} == cases


def test_of_a_case_that_is_shut_to_them_nobody_finds_an_audit(world, case):
    audit = finish(world, draw(world))
    assert list(visible_audits(world.caseworker)) == [audit]
    bar_from_case(actor=world.supervisor, case=case, who=world.caseworker, reason="knows_them", now=at())
    assert not visible_audits(world.caseworker).exists()
    assert world.page("caseworker").get(f"/feedback/{audit.public_id}/").status_code == 404


@pytest.mark.parametrize("who", ["caseworker", "colleague", "auditor", "partner", "officer", "outsider"])
def test_only_supervisors_draw(world, case, who):
    assert outcome_of(lambda: draw_audit(actor=world.people[who], how="at_random", now=at())) == "Denied"


def test_a_supervisor_of_an_agency_that_holds_nothing_draws_nothing(world, accepted):
    assert outcome_of(lambda: draw_audit(actor=world.partner_supervisor, how="at_random", now=at())) == "NotPossibleNow"


def test_each_question_is_answered_and_what_was_found_is_said(world, case):
    audit = draw(world)
    with pytest.raises(ValidationError) as refusal:
        finish(world, audit, answers={"risk": "yes", "weather": "no"}, finding="fine", feedback=" ")
    asked = set(AuditQuestion.objects.exclude(code="risk").values_list("code", flat=True))
    assert set(refusal.value.message_dict) == asked | {"answers", "finding", "feedback"}
    done = finish(world, audit)
    assert (done.status, done.finding, done.feedback) == ("finished", "good", "Clear and kind.")


def test_what_must_be_put_right_is_looked_at_again_by_a_day_to_come(world, case):
    audit, today = draw(world), timezone.localdate()
    for day in (None, today):
        with pytest.raises(ValidationError, match="day"):
            finish(world, audit, finding="must_be_put_right", follow_up_on=day)
    assert finish(world, audit, finding="must_be_put_right", follow_up_on=today + timedelta(days=7)).follow_up_on


def test_the_worker_is_told_by_a_neutral_mail_and_reads_and_answers(for_real, world):
    case = factories.opened(world.caseworker)
    audit = finish(world, draw(world))
    notice = Notice.objects.get(kind="audit_finished")
    assert (notice.recipient, notice.reference) == (world.caseworker, case.reference)
    worked()
    (letter,) = mail.outbox
    assert "/feedback/\n" in letter.body
    assert case.reference not in letter.body
    page, address = world.page("caseworker"), f"/feedback/{audit.public_id}/"
    assert "Waits for your answer" in page.get("/feedback/").text
    assert "Clear and kind." in page.get(address).text
    assert page.post(address, {"answer": "I have read it."}).status_code == 302
    audit.refresh_from_db()
    assert (audit.status, audit.answer) == ("answered", "I have read it.")


def test_before_it_is_finished_its_worker_finds_nothing_even_as_a_supervisor(world, case):
    audit = draw(world)
    for who in (world.caseworker, world.colleague):
        assert outcome_of(lambda who=who: answer_audit(actor=who, audit=audit, answer="x", now=at())) == "NotVisible"
    CaseAudit.objects.filter(pk=audit.pk).update(about=world.supervisor, auditor=world.system)
    assert not visible_audits(world.supervisor).exists()


def test_another_supervisor_reads_it_and_goes_on_with_it_only_when_its_auditor_has_left(world, case):
    audit = draw(world)
    CaseAudit.objects.filter(pk=audit.pk).update(auditor=world.colleague)
    audit.refresh_from_db()
    assert audits_for(actor=world.supervisor).audits == [audit]
    assert outcome_of(lambda: finish(world, audit)) == "Denied"
    audit.auditor.is_active = False
    audit.auditor.save()
    assert outcome_of(lambda: finish(world, audit)) == "done"


def test_it_is_finished_answered_and_followed_up_once(world, case):
    audit = finish(world, draw(world))
    acts = {
        "finish": lambda: finish(world, audit),
        "answer": lambda: answer_audit(actor=world.caseworker, audit=audit, answer="Read.", now=at()),
        "follow up": lambda: follow_up_audit(actor=world.supervisor, audit=audit, followed_up="Better.", now=at()),
    }
    assert [outcome_of(acts[name]) for name in ("finish", "answer", "answer", "follow up", "follow up", "answer")] == [
        *("NotPossibleNow", "done", "NotPossibleNow"),
        *("done", "NotPossibleNow", "NotPossibleNow"),
    ]
    audit.refresh_from_db()
    assert (audit.status, audit.answer, audit.followed_up) == ("followed_up", "Read.", "Better.")


def test_an_answer_and_a_follow_up_are_words(world, case):
    audit = finish(world, draw(world))
    with pytest.raises(ValidationError, match="what you will do"):
        answer_audit(actor=world.caseworker, audit=audit, answer=" ", now=at())
    with pytest.raises(ValidationError, match="what has changed"):
        follow_up_audit(actor=world.supervisor, audit=audit, followed_up=" ", now=at())


def test_page_and_api_do_the_same(world, case):
    page, api = world.page("supervisor"), world.api("supervisor")
    drawn = page.post("/audits/", {"how": "at_random"})
    audit = CaseAudit.objects.get()
    assert drawn.url == f"/audits/{audit.public_id}/"
    wrong = page.post(drawn.url, {"finding": "good"})
    assert (wrong.status_code, wrong.text.count("govuk-error-message")) == (400, AuditQuestion.objects.count() + 1)
    asked = api.get("/api/v1/audits/questions").json()["questions"]
    answers = {question["code"]: "yes" for question in asked}
    half = {"answers": {"risk": "yes"}, "finding": "good", "feedback": "Well done."}
    address = f"/api/v1/audits/{audit.public_id}/finish"
    assert api.post(address, half, format="json").status_code == 400
    answer = api.post(address, half | {"answers": answers}, format="json").json()
    assert (answer["status"], answer["about"], answer["answers"]["risk"]) == ("finished", "Caseworker Person", "yes")
    assert "Good work" in page.get("/audits/").text
    assert page.post(drawn.url, {"followed_up": "It is better."}).status_code == 302
    assert CaseAudit.objects.get().status == "followed_up"


def test_a_form_that_is_refused_shows_the_audit_again_and_that_is_recorded(world, case):
    audit = draw(world)
    answer = world.page("supervisor").post(f"/audits/{audit.public_id}/", {"finding": "good"})
    assert (answer.status_code, "Caseworker Person" in answer.text) == (400, True)
    assert len(events("oversight.audit_case", detail__looked=True)) == 1


def test_to_what_is_answered_already_nothing_is_added(world, case):
    audit = finish(world, draw(world))
    address = f"/feedback/{audit.public_id}/"
    posted = [world.page("caseworker").post(address, {"answer": "Read."}) for _ in range(2)]
    assert [answer.status_code for answer in posted] == [302, 409]
    assert "there is nothing to add to it" in posted[1].text


def test_once_their_agency_holds_the_case_no_longer_nobody_there_finds_its_audits(world, case):
    audit = finish(world, draw(world))
    assert list(visible_audits(world.supervisor)) == list(visible_audits(world.caseworker)) == [audit]
    GroupGrant.objects.filter(content_object=case, sharing=None).update(valid_until=at(-1))
    assert not visible_audits(world.supervisor).exists()
    assert not visible_audits(world.caseworker).exists()


def test_figures_count_by_month_and_by_question_over_a_year(world):
    for _ in range(2):
        factories.opened(world.caseworker)
    finish(world, draw(world), answers=factories.found().answers | {"risk": "no"}, finding="some_learning")
    long_ago = finish(world, draw(world))
    CaseAudit.objects.filter(pk=long_ago.pk).update(drawn_at=at(-24 * 401))
    with_another_end(long_ago, at(-24 * 400))
    figures = audit_figures(actor=world.supervisor, now=at())
    assert [month.total for month in figures.months] == [0] * 11 + [1]
    assert figures.months[-1].first == timezone.localdate().replace(day=1)
    assert figures.months[-1].found == {"good": 0, "some_learning": 1, "must_be_put_right": 0}
    risk = next(asked for asked in figures.questions if "risk" in asked.question)
    assert risk.answered == {"yes": 0, "partly": 0, "no": 1, "not_applicable": 0}


def with_another_end(audit, moment):
    """As if it had been finished then; what is said once stays, so it is written anew."""
    CaseAudit.objects.filter(pk=audit.pk).delete()
    audit.finished_at, audit._state.adding = moment, True
    audit.save()


def test_a_question_that_is_asked_no_longer_need_not_be_answered(world, case):
    AuditQuestion.objects.filter(code="household").update(valid_until=timezone.localdate())
    audit, found = draw(world), factories.found()
    answers = {code: answer for code, answer in found.answers.items() if code != "household"}
    assert finish_audit(actor=world.supervisor, audit=audit, plan=replace(found, answers=answers), now=at()).finished_at


def test_looking_is_recorded_with_the_cases_that_were_shown(world, case):
    audit = draw(world)
    world.page("supervisor").get(f"/audits/{audit.public_id}/")
    audits_for(actor=world.supervisor)
    looked, listed = (
        events("oversight.audit_case", detail__looked=True),
        events("oversight.audit_case", shown_ids__len=1),
    )
    assert [(event.subject_id, event.purpose) for event in looked] == [(audit.pk, "supervision")]
    assert [(event.shown_ids, event.is_deliberate) for event in listed] == [([audit.case_id], False)]
