"""Pages look right: the design system's components, drawn from our forms; nothing typed becomes mark-up."""

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.account.fields import SetPasswordField
from allauth.account.forms import LoginForm
from django import forms
from django.conf import settings
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils.html import format_html
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.fields import DayField, MomentField

pytestmark = pytest.mark.urls("allauth.account.urls")

STATIC = settings.BASE_DIR / "config" / "static" / "frontend"
HOSTILE = "\"'><script>alert(1)</script>"
ERROR_PAGES = ["400", "403", "404", "429", "500", "503"]
typed_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"))
slow_first_time = hypothesis_settings(deadline=None)


class Referral(forms.Form):
    """One field of each kind."""

    gov = {
        "reference": {"width": 10},
        "safe": {"inline": True},
        "level": {"legend_size": "m", "hints": {"high": "14 ticks"}},
    }

    name = forms.CharField(label="Name", max_length=50, help_text="As <they> say it")
    reference = forms.CharField(label="Crime reference", required=False)
    phone = forms.CharField(label="Safe number", widget=forms.TelInput)
    email = forms.EmailField(label="Email")
    children = forms.IntegerField(label="Children")
    born_on = DayField(label="When were they born?", noun="Date of birth")
    happened_at = MomentField(label="When did it happen?")
    safe = forms.ChoiceField(label="Safe to ring?", choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect)
    level = forms.ChoiceField(
        label="Risk level",
        choices=[("", "---------"), ("high", "High"), ("medium", "Medium")],
        widget=forms.RadioSelect,
    )
    needs = forms.MultipleChoiceField(
        label="Needs", choices=[("home", "Housing"), ("law", "Law")], widget=forms.CheckboxSelectMultiple
    )
    agency = forms.ChoiceField(label="Agency", choices=[("", "---------"), ("1", HOSTILE)])
    services = forms.MultipleChoiceField(label="Services", choices=[("a", "A"), ("b", "B")])
    story = forms.CharField(label="What happened?", widget=forms.Textarea, max_length=500)
    notes = forms.CharField(label="Notes", widget=forms.Textarea)
    document = forms.FileField(label="Document")
    agreed = forms.BooleanField(label="They agree")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    version = forms.IntegerField(widget=forms.HiddenInput)


class Page(HTMLParser):
    """What a browser would make of the mark-up: its elements with their attributes, and its text."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.text = [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    @property
    def words(self):
        return " ".join(self.text.split())

    @property
    def ids(self):
        return [attrs["id"] for _, attrs in self.elements if attrs.get("id")]

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    def named(self, name):
        return next(attrs for _, attrs in self.elements if attrs.get("name") == name)


def draw(template, **context):
    engine = Engine(libraries={"gov": "accounts.templatetags.gov"})
    return engine.from_string("{% load gov %}" + template).render(Context(context))


def draw_form(form):
    return render_to_string("accounts/_form.html", {"form": form, "csrf_token": "token"})


def one_field(field, **options):
    """A form with only this field, called `it`."""
    return type("OneField", (forms.Form,), {"it": field})(**options)


def field(form_field, options="", **form_options):
    return draw("{% gov_field form.it " + options + " %}", form=one_field(form_field, **form_options))


def test_any_component_is_drawn_by_its_name():
    page = Page(draw('{% gov "button" text="Send" classes="govuk-button--warning" %}'))

    assert page.all("button")[0]["class"] == "govuk-button govuk-button--warning"
    assert page.words == "Send"


def test_options_may_be_nested_or_come_as_a_dictionary():
    nested = draw('{% gov "pagination" next__href="/next" next__text="Next page" %}')

    assert nested == draw('{% gov "pagination" params=it %}', it={"next": {"href": "/next", "text": "Next page"}})
    assert Page(nested).all("a")[0]["href"] == "/next"


@pytest.mark.parametrize("form", [Referral(), Referral({"name": HOSTILE})], ids=["empty", "with errors"])
def test_every_kind_of_field_is_drawn_with_one_id_each(form):
    page = Page(draw_form(form))

    assert sorted(page.ids) == sorted(set(page.ids))
    for name in set(Referral.base_fields) - {"born_on", "happened_at"}:
        assert page.named(name)
    for name in ("born_on_day", "born_on_month", "born_on_year", "happened_at_time"):
        assert page.named(name)["autocomplete"] == "off"
    assert {attrs["for"] for attrs in page.all("label")} <= set(page.ids)


def test_browsers_are_told_to_remember_nothing():
    page = Page(draw_form(Referral()))

    for name in ("name", "reference", "phone", "email", "children", "agency", "story", "notes"):
        assert page.named(name)["autocomplete"] == "off"


def test_a_telephone_keyboard_comes_up_for_a_number_and_never_a_spinner():
    page = Page(draw_form(Referral()))

    assert (page.named("phone")["type"], page.named("phone")["inputmode"]) == ("tel", "tel")
    assert (page.named("children")["type"], page.named("children")["inputmode"]) == ("text", "numeric")


def test_the_form_or_the_page_chooses_how_a_field_looks():
    page = Page(draw_form(Referral()))
    large = field(forms.CharField(label="Name"), 'legend_size="l" heading=True width=20 data__x="1"')

    assert page.named("reference")["class"] == "govuk-input govuk-input--width-10"
    assert "govuk-radios govuk-radios--inline" in [attrs.get("class") for attrs in page.all("div")]
    assert "14 ticks" in page.words
    assert Page(large).all("h1")
    assert "govuk-label--l" in large
    assert "govuk-input--width-20" in large


def test_an_optional_field_says_so_where_others_are_required():
    page = Page(draw_form(Referral()))

    assert page.words.count("(optional)") == 1
    assert "(optional)" not in field(forms.CharField(required=False))


def test_an_empty_choice_is_a_request_in_a_list_and_absent_from_radios():
    page = Page(draw_form(Referral()))

    assert "Choose one" in page.words
    assert "---------" not in page.words
    assert [attrs["value"] for attrs in page.all("input") if attrs.get("name") == "level"] == ["high", "medium"]


def test_what_was_chosen_stays_chosen():
    data = {"safe": "n", "needs": ["home", "law"], "agency": "1", "agreed": "on"}
    page = Page(draw_form(Referral(data)))

    chosen = [attrs["value"] for attrs in page.all("input") if "checked" in attrs]
    assert chosen == ["n", "home", "law", "on"]
    assert [attrs["value"] for attrs in page.all("option") if "selected" in attrs] == ["1"]


def test_what_is_recorded_is_shown_for_correction():
    moment = datetime(2026, 7, 1, 13, 5, tzinfo=UTC)
    page = Page(field(MomentField(), initial={"it": moment}))

    shown = [page.named(f"it_{part}")["value"] for part in ("day", "month", "year", "time")]
    assert shown == ["1", "7", "2026", "14:05"]


def test_a_password_is_never_sent_back():
    assert "tell-nobody" not in draw_form(Referral({"password": "tell-nobody"}))


def test_a_hint_may_be_a_list_when_our_own_code_made_it():
    rules = SetPasswordField().help_text
    hint = re.search(r"<ul>.*</ul>", field(forms.CharField(help_text=rules)), re.DOTALL).group()

    assert "at least 12 characters" in hint
    assert "hint" not in field(forms.CharField(help_text=" "))


def test_a_widget_without_a_component_is_a_mistake_that_is_named():
    with pytest.raises(TypeError, match="SplitDateTimeWidget, the widget of it"):
        field(forms.SplitDateTimeField())


def test_a_form_with_a_file_is_sent_in_parts_and_says_what_its_button_does():
    html = render_to_string(
        "accounts/_form.html",
        {
            "form": Referral(),
            "heading": "Refer",
            "submit": "Send",
            "action": "/to",
            "cancel_url": "/back",
            "csrf_token": "t",
        },
    )
    page = Page(html)

    assert page.all("form") == [
        {"method": "post", "novalidate": None, "action": "/to", "enctype": "multipart/form-data"},
    ]
    assert page.named("csrfmiddlewaretoken")["value"] == "t"
    assert [attrs["href"] for attrs in page.all("a")] == ["/back"]


def test_every_error_links_to_a_box_that_is_there():
    form = Referral({"born_on_day": "1", "happened_at_time": "noonish"})
    form.add_error(None, "The case is closed.")
    page = Page(draw_form(form))
    links = [attrs["href"] for attrs in page.all("a")]

    assert len(links) == len(form.errors) - 2  # neither the whole form nor a hidden field has a box
    assert {link.removeprefix("#") for link in links} <= set(page.ids)
    assert "The case is closed." in page.words


def test_of_a_date_only_the_missing_box_is_marked_and_linked_to():
    form = one_field(DayField(noun="Date of birth"), data={"it_day": "1", "it_year": "1980"})
    page = Page(draw_form(form))

    assert [attrs["href"] for attrs in page.all("a")] == ["#id_it-month"]
    marked = [attrs["id"] for attrs in page.all("input") if "govuk-input--error" in attrs.get("class", "")]
    assert marked == ["id_it-month"]


def test_of_an_empty_date_all_boxes_are_marked():
    page = Page(draw_form(one_field(DayField(), data={})))

    assert [attrs["href"] for attrs in page.all("a")] == ["#id_it-day"]
    assert sum("govuk-input--error" in attrs.get("class", "") for attrs in page.all("input")) == 3


def test_an_error_names_its_field_and_is_said_in_the_list_and_beside_the_box():
    html = draw_form(one_field(forms.CharField(label="Agency"), data={}))

    assert Page(html).words.count("“Agency” needs an answer") == 2
    assert "This field is required" not in html


def test_our_own_words_for_a_missing_answer_are_kept():
    asked = forms.CharField(label="Agency", error_messages={"required": "Choose the agency"})

    assert Page(draw_form(one_field(asked, data={}))).words.count("Choose the agency") == 2


def test_all_that_is_wrong_with_a_field_is_said():
    form = one_field(forms.CharField(), data={"it": "x"})
    form.add_error("it", ["Too short", "Too <common>"])

    assert "Too short<br>Too &lt;common&gt;" in field_of(form)


def field_of(form):
    return draw("{% gov_field form.it %}", form=form)


def test_a_date_without_a_fault_stays_out_of_the_summary():
    form = forms.Form({"name": ""})
    form.fields |= {"name": forms.CharField(label="Name"), "day": DayField(required=False)}

    assert draw("{% gov_error_summary form %}", form=form).count("<li>") == 1


def test_a_form_without_errors_has_no_summary():
    assert draw("{% gov_error_summary form %}", form=Referral()) == ""


@slow_first_time
@given(text=typed_text)
def test_text_comes_back_as_it_was_typed(text):
    page = Page(field(forms.CharField(required=False), data={"it": text}))

    assert page.named("it").get("value", "") == text
    assert {tag for tag, _ in page.elements} == {"div", "label", "input"}


@slow_first_time
@given(text=typed_text, limit=st.sampled_from([None, 100_000]))
def test_long_text_comes_back_with_its_lines_as_they_were(text, limit):
    html = field(forms.CharField(widget=forms.Textarea, max_length=limit, required=False), data={"it": text})
    page = Page(html)
    written = re.search(r"<textarea[^>]*>(.*)</textarea>", html, re.DOTALL).group(1)

    assert Page(written).text == text
    assert {tag for tag, _ in page.elements} == {"div", "label", "textarea"}


@slow_first_time
@given(label=typed_text.filter(str.strip), hint=typed_text, choice=typed_text, message=typed_text.filter(str.strip))
def test_no_words_of_a_field_become_mark_up(label, hint, choice, message):
    asked = forms.ChoiceField(label=label, help_text=hint, choices=[("x", choice)], widget=forms.RadioSelect)
    form = one_field(asked, data={"it": "x"})
    form.add_error("it", message)
    tags = {tag for tag, _ in Page(draw_form(form)).elements}

    assert tags <= {"div", "h2", "ul", "li", "a", "form", "input", "fieldset", "legend", "p", "span", "label", "button"}


@pytest.mark.parametrize(
    "template",
    [
        '{% gov "tag" text=it %}',
        '{% gov "inset-text" text=it %}',
        '{% gov "details" summaryText=it text=it %}',
        '{% gov "table" caption=it head=cells|cells rows=rows|cells %}',
        '{% gov "summary-list" rows=pairs|summary_rows %}',
        '{% gov "service-navigation" navigation=navigation %}',
    ],
)
def test_no_value_on_a_page_becomes_mark_up(template):
    page = Page(
        draw(
            template,
            it=HOSTILE,
            cells=[HOSTILE],
            rows=[[HOSTILE, {"text": HOSTILE}]],
            pairs=[(HOSTILE, HOSTILE)],
            navigation=[{"text": HOSTILE, "href": HOSTILE, "active": True}],
        )
    )

    assert page.all("script") == []
    assert HOSTILE in page.text


def test_a_table_has_its_caption_its_columns_and_links_that_we_made():
    link = format_html('<a href="{}">{}</a>', "/case", "A & B")
    context = {"caption": "Cases", "head": ["Case", {"text": "Contacts", "format": "numeric"}]}
    page = Page(render_to_string("accounts/_table.html", context | {"rows": [[link, 0], (link, None)]}))

    assert page.words == "Cases Case Contacts A & B 0 A & B"
    assert [attrs["href"] for attrs in page.all("a")] == ["/case", "/case"]


def test_a_fact_that_is_missing_is_not_recorded():
    html = render_to_string("accounts/_summary_list.html", {"rows": [("Name", ""), ("Born", None), ("Contacts", 0)]})

    assert Page(html).words == "Name Not recorded Born Not recorded Contacts 0"


def test_the_next_page_is_a_link_or_a_form_or_nothing():
    template = "accounts/_pagination.html"
    link = Page(render_to_string(template, {"next_url": "/next"}))
    form = Page(render_to_string(template, {"next_url": "/next", "next_fields": [("q", HOSTILE)], "csrf_token": "t"}))

    assert [attrs["href"] for attrs in link.all("a")] == ["/next"]
    assert form.all("form") == [{"method": "post", "action": "/next"}]
    assert form.named("q")["value"] == HOSTILE
    assert render_to_string(template, {}).strip() == ""


def test_a_page_has_its_landmarks_and_a_way_past_the_navigation():
    page = Page(render_to_string("404.html"))

    assert page.all("html") == [{"lang": "en", "class": "govuk-template"}]
    assert page.all("main")[0]["id"] == "main-content"
    assert page.all("a")[0]["href"] == "#main-content"
    assert len(page.all("header")) == len(page.all("footer")) == len(page.all("h1")) == 1
    assert "Page not found - Front Door" in page.words


def test_a_person_signed_in_sees_their_agency_where_they_may_go_and_how_to_leave():
    user = SimpleNamespace(is_authenticated=True, agency="Harbour")
    navigation = [{"text": "My work", "href": "/work", "active": True}, {"text": "Cases", "href": "/cases"}]
    context = {"user": user, "navigation": navigation, "back_url": "/back", "csrf_token": "t"}
    page = Page(render_to_string("base.html", context))

    assert "Harbour Sign out" in page.words
    assert {"method": "post", "action": "/logout/"} in page.all("form")
    assert [attrs["href"] for attrs in page.all("a")] == ["#main-content", "/", "/work", "/cases", "/back"]


def test_nobody_signed_in_sees_neither():
    page = Page(render_to_string("base.html"))

    assert "Sign out" not in page.words
    assert page.all("nav") == []


def test_messages_are_shown_one_by_one():
    messages = [
        SimpleNamespace(message="The referral was sent.", level_tag="success"),
        SimpleNamespace(message=HOSTILE, level_tag="info"),
    ]
    page = Page(render_to_string("base.html", {"messages": messages}))

    assert "Success The referral was sent." in page.words
    assert HOSTILE in page.text
    assert {"message-1", "message-2"} <= set(page.ids)


def test_signing_in_offers_no_account_and_remembers_nobody():
    page = Page(render_to_string("account/login.html", {"form": LoginForm(), "csrf_token": "t"}))

    assert [attrs["name"] for attrs in page.all("input")] == ["csrfmiddlewaretoken", "login", "password"]
    assert page.named("login")["type"] == "email"
    assert page.named("password")["type"] == "password"
    assert "/signup/" not in [attrs["href"] for attrs in page.all("a")]


def test_a_page_with_errors_says_so_first_in_its_title():
    page = render_to_string("account/login.html", {"form": LoginForm({}), "csrf_token": "t"})

    assert "<title>Error: Sign in - Front Door</title>" in page


def account_pages():
    folder = settings.BASE_DIR / "config" / "templates" / "account"
    return sorted(f"account/{path.name}" for path in folder.glob("[!_]*.html"))


@pytest.mark.parametrize("name", [f"{code}.html" for code in ERROR_PAGES] + account_pages())
def test_nothing_on_a_page_is_inline(name):
    """For the Content-Security-Policy would stop it."""
    form = LoginForm({}) if name == "account/login.html" else Referral({})
    page = Page(render_to_string(name, {"form": form, "csrf_token": "t", "action_url": "/"}))
    attributes = {attribute for _, attrs in page.elements for attribute in attrs}

    assert page.all("style") == []
    assert all(attrs.get("src") for attrs in page.all("script"))
    assert not {each for each in attributes if each == "style" or each.startswith("on")}


@pytest.mark.parametrize("name", ["main.css", "init.js", "govuk-frontend.min.js"])
def test_what_only_a_gov_uk_domain_may_show_is_not_there(name):
    text = (STATIC / name).read_text().lower()

    for mark in ("gds transport", "crown", "crest", "govuk-logo", "@font-face", "sourcemappingurl"):
        assert mark not in text


def test_the_style_sheet_fetches_nothing():
    assert re.findall(r"url\(|@import", (STATIC / "main.css").read_text()) == []


def test_the_versions_are_those_asked_for():
    wanted = json.loads(Path(settings.BASE_DIR, "config/frontend/package.json").read_text())["devDependencies"]

    assert (STATIC / "VERSIONS.txt").read_text().splitlines() == [f"{name} {wanted[name]}" for name in sorted(wanted)]
    assert f'version="{wanted["govuk-frontend"]}"' in (STATIC / "govuk-frontend.min.js").read_text()
