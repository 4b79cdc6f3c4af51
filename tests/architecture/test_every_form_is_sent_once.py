"""Every form is sent once: whatever posts carries a key, so that a second click is not a second act."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["accounts", "casework", "config", "oversight", "referrals"]
FORM = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)
# Signing in and out: there is nobody yet to whom a key could belong, or nobody any more.
WITHOUT = {"account/login.html", "account/logout.html"}
SIGN_OUT = '{% url "account_logout" %}'


def forms(text: str) -> list[str]:
    return [form for form in FORM.findall(text) if SIGN_OUT not in form]


def templates() -> dict[str, str]:
    folders = [(ROOT / package / "templates") for package in PACKAGES]
    return {p.relative_to(f).as_posix(): p.read_text() for f in folders for p in sorted(f.rglob("*.html"))}


def without_a_key(text: str) -> list[str]:
    return [form for form in forms(text) if "{% csrf_token %}{% once %}" not in form]


def test_each_form_that_posts_has_a_key_but_for_signing_in_and_out():
    assert {name for name, text in templates().items() if without_a_key(text)} == {"account/login.html"}
    assert {name for name in templates() if name in WITHOUT} == WITHOUT


def test_it_looks_at_the_forms_there_are():
    assert sum(len(forms(text)) for text in templates().values()) >= 10


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('<form method="post">{% csrf_token %}</form>', 1),
        ('<form method="post">{% csrf_token %}{% once %}</form><form class="x" method="post"></form>', 1),
        ('<form method="post" novalidate>{% csrf_token %}{% once %}</form>', 0),
        ('<form method="get"></form>', 0),
    ],
)
def test_this_check_notices(text: str, count: int):
    assert len(without_a_key(text)) == count
