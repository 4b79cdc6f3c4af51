"""The GOV.UK Design System in Django templates: `gov`, `gov_field` and `gov_error_summary`, and the filters for lists.

The mark-up comes from govuk-frontend-jinja. Values are handed to it as `text`, which it escapes, and never as `html`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from django import forms, template
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from jinja2 import Environment, PackageLoader, PrefixLoader
from markupsafe import Markup, escape

from accounts.fields import PartsWidget

register = template.Library()
Params = dict[str, Any]

PART_WIDTHS = {"day": 2, "month": 2, "year": 4, "time": 5}
INPUT_TYPES: dict[str, Params] = {
    "number": {"type": "text", "inputmode": "numeric"},  # spinners and scroll wheels change numbers unseen
    "tel": {"inputmode": "tel"},
    "email": {"spellcheck": False},
}
PASSED_ON = ("autocapitalize", "disabled", "inputmode", "pattern", "rows", "spellcheck")
STOCK_REQUIRED = forms.Field.default_error_messages["required"]


@register.simple_tag
def gov(component: str, params: Params | None = None, **options: Any) -> Markup:
    """Draw a component by its name, as in `{% gov "button" text="Send" %}`. `next__href=x` is next: {href: x}."""
    return macro(component)((params or {}) | nested(options))


@register.simple_tag
def gov_field(bound: BoundField, **options: Any) -> str:
    """Draw a form's field as its component.

    Options come from the form's own `gov` dictionary and from the tag, which wins: `width` (characters or a class),
    `inline`, `legend_size` (s, m, l, xl), `heading` (the label is the page's h1), `hints` (by choice), `optional`
    (False: the label does not say that the field is, because another may be filled in its place);
    all others go to the component as they are. On a contested form what stands there now is drawn beside it.
    """
    if bound.is_hidden:
        return str(bound)
    options = getattr(bound.form, "gov", {}).get(bound.name, {}) | nested(options)
    component, params = drawing(bound)
    drawn = macro(component)(common(bound) | params | presented(component, bound, params, options))
    return beside(drawn, bound) if bound.name in getattr(bound.form, "there", {}) else drawn


def beside(drawn: Markup, bound: BoundField) -> str:
    """Both texts of a box: the one that was typed, and the one that stands there now."""
    form: Any = bound.form
    context = {"drawn": drawn, "bound": bound, "there": form.there[bound.name], "standing": form.standing}
    return render_to_string("accounts/_both.html", context)


@register.simple_tag
def gov_error_summary(form: forms.BaseForm) -> str:
    """Every error of the form, each linking to the box to correct; nothing when there is none."""
    if not form.errors:
        return ""
    errors: list[Params] = [{"text": message} for message in form.non_field_errors()]
    for bound in (bound for bound in form if bound.errors):
        link = {} if bound.is_hidden else {"href": f"#{first_box(bound)}"}
        errors += [{"text": message} | link for message in messages(bound)]
    return macro("error-summary")({"titleText": "There is a problem", "errorList": errors})


@register.filter
def cells(value: Any) -> Any:
    """The cells of a table's head or rows: a dictionary is a cell's own params, all else its text."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, (list, tuple)):
        return [cells(each) for each in value]
    return {"text": "" if value is None else value}


@register.filter
def summary_rows(rows: Iterable[tuple[Any, Any]]) -> list[Params]:
    """Rows of a summary list from (label, value) pairs. What is missing says so, lest it look like a fault."""
    return [
        {"key": {"text": label}, "value": {"text": "Not recorded" if value in (None, "") else in_words(value)}}
        for label, value in rows
    ]


def in_words(value: Any) -> Any:
    """Days and moments as people write them, in London's time."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y, H:i")
    return date_format(value, "j F Y") if isinstance(value, date) else value


@cache
def environment() -> Environment:
    """One environment for all components; building it is slow."""
    loader = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


@cache
def macro(component: str) -> Callable[[Params], Markup]:
    """The component's macro: date-input is govukDateInput."""
    page = environment().get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
    name = "govuk" + "".join(word.capitalize() for word in component.split("-"))
    found: Callable[[Params], Markup] = getattr(page.module, name)
    return found


def nested(options: Params) -> Params:
    """`a__b=1` as {a: {b: 1}}, for Django's templates cannot write a dictionary."""
    result: Params = {}
    for path, value in options.items():
        *parents, name = path.split("__")
        place = result
        for parent in parents:
            place = place.setdefault(parent, {})
        place[name] = value
    return result


def common(bound: BoundField) -> Params:
    """What every field's component takes. Names absent from a macro are ignored by it."""
    params: Params = {"id": box_id(bound), "idPrefix": box_id(bound), "name": bound.html_name}
    hint = str(bound.help_text)
    if hint.strip():
        params["hint"] = {"text": hint}
    if bound.errors:
        params["errorMessage"] = {"text": format_html_join(Markup("<br>"), "{}", ([each] for each in messages(bound)))}
    return params | {name: value for name, value in bound.field.widget.attrs.items() if name in PASSED_ON}


def presented(component: str, bound: BoundField, params: Params, options: Params) -> Params:
    """The label or legend, the classes, and the options that are the component's own."""
    chosen = dict(options)
    chosen.pop("optional", None)
    size, heading = chosen.pop("legend_size", "s"), chosen.pop("heading", False)
    width, inline = chosen.pop("width", None), chosen.pop("inline", False)
    hints = chosen.pop("hints", {})
    for item in params.get("items", []):
        if item.get("value") in hints:
            item["hint"] = {"text": hints[item["value"]]}
    classes = [
        f"govuk-input--width-{width}" if isinstance(width, int) else width,
        f"govuk-{component}--inline" if inline else None,
        chosen.pop("classes", None),
    ]
    chosen["classes"] = " ".join(filter(None, classes))
    return title(component, bound, size, heading) | chosen


def title(component: str, bound: BoundField, size: str, heading: bool) -> Params:
    """One box has a label, several have a legend, and a single tick box is its own label."""
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return {}
    words = {"text": named(bound), "isPageHeading": heading}
    if component in {"radios", "checkboxes", "date-input"}:
        return {"fieldset": {"legend": words | {"classes": f"govuk-fieldset__legend--{size}"}}}
    return {"label": words | {"classes": f"govuk-label--{size}"}}


def named(bound: BoundField) -> str:
    """The label, marked when the field is optional on a form where others are not."""
    some_required = any(field.required for field in bound.form.fields.values())
    if not getattr(bound.form, "gov", {}).get(bound.name, {}).get("optional", True):
        return str(bound.label)
    return f"{bound.label} (optional)" if some_required and not bound.field.required else str(bound.label)


def drawing(bound: BoundField) -> tuple[str, Params]:
    """The component for the field's widget, and what only that component needs."""
    for kind in type(bound.field.widget).__mro__:
        if kind in DRAWINGS:
            return DRAWINGS[kind](bound)
    raise TypeError(f"There is no component for {type(bound.field.widget).__name__}, the widget of {bound.name}.")


def draw_input(bound: BoundField) -> tuple[str, Params]:
    widget = bound.field.widget
    kind = widget.attrs.get("type", widget.input_type)
    value = widget.format_value(bound.value())
    return "input", unremembered(bound) | {"type": kind, "value": value} | INPUT_TYPES.get(kind, {})


def draw_password(bound: BoundField) -> tuple[str, Params]:
    """Never with its value. Here a browser's password manager is welcome."""
    return "password-input", {"autocomplete": bound.field.widget.attrs.get("autocomplete", "current-password")}


def draw_textarea(bound: BoundField) -> tuple[str, Params]:
    """With a count once three quarters of the permitted length are used.

    New lines are written as entities, for the macros indent whatever they hold: without that, each edit
    would add spaces to the text.
    """
    value = escape(bound.value() or "").replace("\r\n", "\n").replace("\n", Markup("&#10;"))
    params = unremembered(bound) | {"value": value}
    if limit := getattr(bound.field, "max_length", None):
        return "character-count", params | {"maxlength": limit, "threshold": 75}
    return "textarea", params


def draw_select(bound: BoundField) -> tuple[str, Params]:
    items = [item | {"selected": item["checked"]} for item in choices(bound)]
    for item in items:
        if item["value"] == "" and not str(item["text"]).strip("-"):
            item["text"] = "Choose one"
    return "select", unremembered(bound) | {"items": items}


def draw_radios(bound: BoundField) -> tuple[str, Params]:
    """Without the empty choice: not choosing says the same. The page may begin at the first."""
    items = [item for item in choices(bound) if item["value"] != ""]
    if bound.field.widget.attrs.get("autofocus") and not bound.form.errors:
        items[0]["attributes"] = {"autofocus": "autofocus"}
    return "radios", {"items": items}


def draw_checkboxes(bound: BoundField) -> tuple[str, Params]:
    return "checkboxes", {"items": choices(bound)}


def draw_tick_box(bound: BoundField) -> tuple[str, Params]:
    checked = bound.field.widget.check_test(bound.value())
    return "checkboxes", {"items": [{"value": "on", "text": bound.label, "checked": checked}]}


def draw_upload(bound: BoundField) -> tuple[str, Params]:
    return "file-upload", {}


def draw_parts(bound: BoundField) -> tuple[str, Params]:
    """One box for each part; only the boxes that an error is about are marked."""
    values, wrong = bound.value() or {}, wrong_parts(bound)
    items = [
        {
            "name": f"{bound.html_name}_{part}",
            "id": f"{box_id(bound)}-{part}",
            "label": part.capitalize(),
            "value": values.get(part, ""),
            "inputmode": "text" if part == "time" else "numeric",
            "autocomplete": "off",
            "classes": f"govuk-input--width-{PART_WIDTHS[part]}" + (" govuk-input--error" if part in wrong else ""),
        }
        for part in bound.field.widget.parts
    ]
    return "date-input", {"items": items}


DRAWINGS: dict[type[forms.Widget], Callable[[BoundField], tuple[str, Params]]] = {
    forms.widgets.Input: draw_input,
    forms.PasswordInput: draw_password,
    forms.Textarea: draw_textarea,
    forms.Select: draw_select,
    forms.SelectMultiple: draw_checkboxes,
    forms.RadioSelect: draw_radios,
    forms.CheckboxSelectMultiple: draw_checkboxes,
    forms.CheckboxInput: draw_tick_box,
    forms.FileInput: draw_upload,
    PartsWidget: draw_parts,
}


def unremembered(bound: BoundField) -> Params:
    """Browsers must not offer one person's details on the next person's form, so they keep nothing unless told."""
    attrs = bound.field.widget.attrs
    keys = {"accesskey": attrs["accesskey"]} if "accesskey" in attrs else {}
    return {"attributes": {"autocomplete": attrs.get("autocomplete", "off")} | keys}


def choices(bound: BoundField) -> list[Params]:
    """The choices as items of radios, checkboxes or select, with those that are chosen now."""
    return [
        {"value": str(each.data["value"]), "text": each.data["label"], "checked": each.data["selected"]}
        for each in bound.subwidgets
    ]


def box_id(bound: BoundField) -> str:
    return bound.auto_id or bound.html_name


def first_box(bound: BoundField) -> str:
    """The id that an error's link goes to: of several boxes, the first that is wrong."""
    widget = bound.field.widget
    if not isinstance(widget, PartsWidget):
        return box_id(bound)
    return f"{box_id(bound)}-{next(part for part in widget.parts if part in wrong_parts(bound))}"


def wrong_parts(bound: BoundField) -> set[str]:
    """The parts that the field's errors name, or all when an error names none."""
    wrong: set[str] = set()
    for error in bound.errors.as_data():
        wrong |= set((error.params or {}).get("parts", bound.field.widget.parts))
    return wrong


def messages(bound: BoundField) -> list[str]:
    return [wording(bound, error) for error in bound.errors.as_data()]


def wording(bound: BoundField, error: ValidationError) -> str:
    """The error's words. Django's "This field is required" says nothing in a list of errors, so name the field."""
    if error.code == "required" and error.message == STOCK_REQUIRED:
        return f"“{bound.label}” needs an answer"
    if error.code == "max_length":
        return f"“{bound.label}” must be {(error.params or {})['limit_value']} characters or fewer"
    return str(next(iter(error)))
