"""Signing in: by e-mail and password, recorded, without a word on which accounts exist."""

from tests.conftest import events
from tests.factories import PASSWORD
from tests.world import World


def test_a_worker_signs_in_and_it_is_recorded(world: World):
    client = world.page("anonymous")
    response = client.post("/sign-in/", {"login": world.caseworker.email.upper(), "password": PASSWORD})
    assert response["Location"] == "/"
    assert [event.actor_id for event in events("accounts.sign_in")] == [world.caseworker.pk]


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(world: World):
    answers = []
    for email in (world.caseworker.email, "nobody@nowhere.example"):
        response = world.page("anonymous").post("/sign-in/", {"login": email, "password": "not the password"})
        assert response.status_code == 200
        answers.append(response.content.decode().replace(email, "").partition("</form>")[0].partition("<main")[2])
    assert without_token(answers[0]) == without_token(answers[1])
    assert [event.outcome for event in events("accounts.sign_in")] == ["refused", "refused"]
    assert {event.actor_id for event in events("accounts.sign_in")} == {None}
    assert {event.subject_id for event in events("accounts.sign_in")} == {world.caseworker.pk, None}


def test_somebody_who_left_cannot_sign_in(world: World):
    world.caseworker.is_active = False
    world.caseworker.save(update_fields=["is_active"])
    client = world.page("anonymous")
    client.post("/sign-in/", {"login": world.caseworker.email, "password": PASSWORD})
    assert client.get("/my-work/").status_code == 302
    assert [(event.outcome, event.reason) for event in events("accounts.sign_in")] == [("refused", "has_left")]


def test_whoever_has_no_password_cannot_sign_in(world: World):
    client = world.page("anonymous")
    client.post("/sign-in/", {"login": world.system.email, "password": ""})
    assert client.get("/my-work/").status_code == 302


def test_a_worker_changes_their_own_password_and_it_is_recorded(world: World):
    client = world.page("caseworker")
    new = "another long story, told twice"
    wrong = client.post("/password/", {"oldpassword": "not the password", "password1": new, "password2": new})
    assert (wrong.status_code, events("accounts.change_password")) == (200, [])
    client.post("/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert [event.subject_id for event in events("accounts.change_password")] == [world.caseworker.pk]
    world.caseworker.refresh_from_db()
    assert world.caseworker.check_password(new)


def test_nobody_makes_their_own_account(world: World):
    for address in ("/signup/", "/accounts/signup/", "/sign-up/"):
        assert world.page("anonymous").get(address).status_code == 404


def test_signing_out_ends_the_session(world: World):
    client = world.page("caseworker")
    client.post("/sign-out/")
    assert client.get("/my-work/")["Location"].startswith("/sign-in/")
    assert [event.actor_id for event in events("accounts.sign_out")] == [world.caseworker.pk]


def test_a_session_never_outlives_the_browser_even_when_asked_to(world: World):
    client = world.page("anonymous")
    client.post("/sign-in/", {"login": world.caseworker.email, "password": PASSWORD, "remember": "on"})
    assert client.cookies["sessionid"]["max-age"] == ""


def without_token(page: str) -> str:
    before, _, after = page.partition('name="csrfmiddlewaretoken" value="')
    return before + after.partition('"')[2]
