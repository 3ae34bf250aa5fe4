"""The gallery leaves nothing out: every view, state and button that the code knows has a case."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, get_args, get_type_hints

import pytest
from slack_sdk.models.views import View

from commands import views
from commands.ids import Action, Form
from commands.views.card import Drawing
from commands.views.places import LISTS
from rules.plans import Effect
from rules.states import RequestState, StepState
from sandbox.slack.blockkit.surfaces import problems_in_message, problems_in_view
from tests.browser.gallery.case import Case
from tests.browser.gallery.everything import everything, in_homes, in_messages, in_modals
from workflow.readmodels import RequestView

CASES = everything()


def views_of_the_code() -> Iterator[Callable[..., Any]]:
    """Find the public functions whose result is something that a person is shown."""
    for module in pkgutil.iter_modules(views.__path__, "commands.views."):
        for name, one in inspect.getmembers(import_module(module.name), inspect.isfunction):
            if not name.startswith("_") and one.__module__ == module.name and _draws(one):
                yield one


def _draws(function: Callable[..., Any]) -> bool:
    result = get_type_hints(function).get("return")
    return bool({Drawing, View} & {result, *get_args(result)})


def drawn_requests() -> list[RequestView]:
    found = (value for case in CASES for value in case.draw.args)
    return [value for value in found if isinstance(value, RequestView)]


def named(key: str, value: object) -> Iterator[str]:
    """Find what stands under `key` anywhere inside blocks."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict) and key in value:
        yield str(value[key])
    for one in inner:
        yield from named(key, one)


def test_every_view_of_the_code_has_a_case() -> None:
    known = {one.draw.func for one in CASES}
    found = list(views_of_the_code())
    assert len(found) > 15
    assert [f"{one.__module__}.{one.__name__}" for one in found if one not in known] == []


def test_every_state_and_effect_is_shown() -> None:
    requests = drawn_requests()
    steps = [step for view in requests for step in view.steps]
    assert {view.state for view in requests} == set(RequestState)
    assert {step.state for step in steps} == set(StepState)
    assert {step.effect for step in steps} == {effect.value for effect in Effect}


def test_every_button_is_shown() -> None:
    shown = {name for case in CASES for name in named("action_id", case.blocks())}
    assert {one.value for one in Action} - {name.partition(":")[0] for name in shown} == set()


def test_every_form_is_shown() -> None:
    shown = {case.draw().callback_id for case in in_modals()}
    assert {one.value for one in Form} - shown == set()


def test_every_list_of_home_is_shown() -> None:
    shown = {name for case in in_homes() for name in case.draw.args[0].lists}
    assert set(LISTS) == shown


def test_every_picture_has_a_name_of_its_own() -> None:
    slugs = [case.slug for case in CASES]
    assert len(set(slugs)) == len(slugs)
    assert all(slug.replace("-", "").isalnum() for slug in slugs)


@pytest.mark.parametrize("case", in_messages(), ids=lambda case: case.slug)
def test_slack_takes_the_message(case: Case) -> None:
    assert case.text()
    assert problems_in_message(case.blocks()) == []


@pytest.mark.parametrize("case", [*in_modals(), *in_homes()], ids=lambda case: case.slug)
def test_slack_takes_the_view(case: Case) -> None:
    shown = case.draw()
    assert problems_in_view(shown.to_dict(), shown.type) == []
