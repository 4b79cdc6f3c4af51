"""Every command is audited: what is public in a commands module runs under @command, with its actor first."""

import importlib
import inspect
import pkgutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps

from audit.log import command

ROOT = Path(__file__).resolve().parents[2]
APPS = [app.name for app in apps.get_app_configs() if Path(app.path).parent == ROOT]

# Parts of commands, shared between modules. Each says in its docstring that it is never a command by itself.
PARTS = {
    "casework.commands.attempts.check_tried",
    "accounts.commands.keep_answer",
    "accounts.commands.invitations.invitation_of",
    "accounts.commands.notify",
    "casework.commands.asks.ask_quietly",
    "casework.commands.bars.shut_out",
    "casework.commands.callers.answer_to_professional",
    "casework.commands.callers.problems_of_caller",
    "casework.commands.callers.write_caller",
    "casework.commands.cases.add_step",
    "casework.commands.assessments.said_before",
    "casework.commands.cases.bring_forward",
    "casework.commands.imports.spot_of",
    "casework.commands.cases.hurry",
    "casework.commands.cases.offer_visit",
    "casework.commands.cases.offer_visit_once",
    "casework.commands.cases.settle",
    "casework.commands.consent.consent_named",
    "casework.commands.contacts.begin_intake",
    "casework.commands.contacts.case_permissions",
    "casework.commands.contacts.make_keys",
    "casework.commands.marac.look_for_repeats",
    "casework.commands.people.add_aliases",
    "casework.commands.people.keep_keys",
    "casework.commands.people.kept_keys",
    "casework.commands.people.said_of",
    "casework.commands.proposals.propose_bars",
    "casework.commands.reviews.add_once",
    "casework.commands.reviews.pull_review",
    "casework.commands.reviews.set_review",
    "casework.commands.reviews.settle_open",
    "casework.commands.risk.write_level",
    "casework.commands.routes.add_route",
    "casework.commands.routes.shorten_routes",
    "casework.commands.sides.look_for_two_sides",
    "casework.commands.wall.check_side",
    "casework.commands.wall.hand_over",
    "casework.commands.wall.service_of",
    "referrals.commands.services.check_kinds",
    "referrals.commands.services.public_words",
    "referrals.commands.services.write",
    "referrals.commands.following.acknowledged",
    "referrals.commands.following.decide_next",
    "referrals.commands.following.decision_of",
    "referrals.commands.following.end",
    "referrals.commands.following.find_another",
    "referrals.commands.following.follow",
    "referrals.commands.following.follow_up_of",
    "referrals.commands.following.follower_of",
    "referrals.commands.following.runs",
    "referrals.commands.following.watch",
    "referrals.commands.following.watch_on",
    "referrals.commands.rerouting.reroute",
}
# What is kept at each pause in typing leaves no event of its own: that the draft was opened, and first saved, does.
TYPING = {"casework.commands.contacts.keep_typing"}
# Registered by accounts.commands for accounts.authorization: they decide, they do not act.
RULES = {
    "accounts.commands.of_everybody",
    "accounts.commands.that_can_be_seen",
    "accounts.commands.visible_notices",
    "accounts.commands.visible_agencies",
    "accounts.commands.in_own_partnership",
    "accounts.commands.that_takes_part",
    "accounts.commands.ones_own",
}


def command_modules():
    for app in APPS:
        if find_spec(f"{app}.commands") is None:
            continue
        module = importlib.import_module(f"{app}.commands")
        yield module
        for inner in pkgutil.iter_modules(getattr(module, "__path__", ())):
            yield importlib.import_module(f"{app}.commands.{inner.name}")


def public_functions():
    """Where each is defined, and the function."""
    return {
        f"{module.__name__}.{name}": function
        for module in command_modules()
        for name, function in vars(module).items()
        if inspect.isfunction(function) and not name.startswith("_") and function.__module__ == module.__name__
    }


def problem_of(function):
    """What is wrong with a public function as a command, or None."""
    if not getattr(function, "is_command", False):
        return "is not a @command"
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or parameters[0].name != "actor":
        return "does not take actor first"
    if any(parameter.kind is not parameter.KEYWORD_ONLY for parameter in parameters):
        return "takes arguments by place"
    return None


def test_every_public_function_is_a_command_with_a_keyword_only_actor_first():
    found = public_functions()
    wrong = {name: problem_of(function) for name, function in found.items() if name not in PARTS | RULES | TYPING}
    assert {name: problem for name, problem in wrong.items() if problem} == {}
    assert len(wrong) >= 20


def test_every_module_of_commands_in_every_package_is_looked_at():
    files = [*ROOT.glob("*/commands.py"), *ROOT.glob("*/commands/**/*.py")]
    names = {".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for f in files}
    assert {module.__name__ for module in command_modules()} == names
    assert set(APPS) == {"config", "oversight", "referrals", "casework", "accounts", "audit"}


def test_every_exception_still_exists_and_is_no_command():
    found = public_functions()
    assert {name for name in PARTS | RULES | TYPING if name not in found} == set()
    assert {name for name in PARTS | RULES | TYPING if getattr(found[name], "is_command", False)} == set()


def test_what_a_package_of_commands_offers_is_commands_only():
    offered = [(module.__name__, name) for module in command_modules() for name in getattr(module, "__all__", ())]
    shown = {name: vars(importlib.import_module(module))[name] for module, name in offered}
    typing = {name.rpartition(".")[2] for name in TYPING}
    assert {name for name, function in shown.items() if problem_of(function)} == typing


def bare(*, actor): ...


@command
def by_place(actor): ...


@command
def late(*, case, actor): ...


@pytest.mark.parametrize(
    ("function", "problem"),
    [(bare, "is not a @command"), (by_place, "takes arguments by place"), (late, "does not take actor first")],
)
def test_this_check_notices(function, problem):
    assert problem_of(function) == problem
