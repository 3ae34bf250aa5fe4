"""What Prometheus reads after people have acted, and what it never reads."""

import inspect
import re
from collections.abc import Iterator
from itertools import product

import pytest

from bot import guard
from bot.metrics import Meters
from bot.watching import Watch
from sandbox.slack.model import User
from tests.architecture.source import ROOT
from tests.e2e.story import Story
from tests.e2e.world import World


@pytest.fixture
async def watch(world: World) -> Watch:
    """Count from now on, whatever happened in the world before."""
    watch = Watch(world.aboard.means.database, world.aboard.means.clock, Meters())
    await watch.begin()
    return watch


def _read(meters: Meters, name: str, **labels: str) -> float:
    return meters.registry.get_sample_value(name, labels) or 0.0


async def test_a_story_is_counted_once_however_often_it_is_looked_at(
    story: Story, ada: User, watch: Watch
) -> None:
    await story.onboarded(ada)
    meters = watch.meters
    for _ in range(2):
        await watch.look()
        assert _read(meters, "aboard_decisions_total", verdict="approved") == 1
        assert _read(meters, "aboard_steps_total", vendor="axiom", outcome="done") == 1
        assert _read(meters, "aboard_steps_total", vendor="axolo", outcome="unverified") == 1
        assert _read(meters, "aboard_facts_total", code="REQ006I") == 1


async def test_what_failed_at_a_vendor_and_what_was_refused_are_counted_apart(
    story: Story, ada: User, watch: Watch
) -> None:
    card = await story.onboarding(ada, "analyst")
    await story.press(card, "Approve", who=story.asker)
    story.world.server.axiom.faults.status(403, only="POST /axiom/v2/users")
    await story.press(card, "Approve")
    await story.reads(card, "Needs attention")
    await watch.look()
    assert _read(watch.meters, "aboard_decisions_total", verdict="refused") == 1
    assert _read(watch.meters, "aboard_decisions_total", verdict="approved") == 1
    assert _read(watch.meters, "aboard_steps_total", vendor="axiom", outcome="failed") == 1
    calls = "aboard_vendor_call_seconds_count"
    said = _read(story.world.aboard.meters, calls, vendor="axiom", outcome="forbidden")
    assert said >= 1


def _alarmed_about() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each series whose growth an alert rule asks for, once for each value of a label.

    Those of the door are its own, in another process.
    """
    rules = (ROOT / "docs" / "deploy" / "prometheus.yml").read_text(encoding="utf-8")
    for name, labels in re.findall(r"increase\((?!aboard_door_)(\w+)(?:\{(.*?)\})?\[", rules):
        asked = re.findall(r'(\w+)=~?"([^"]*)"', labels)
        choices = [[(label, one) for one in values.split("|")] for label, values in asked]
        yield from ((name, dict(chosen)) for chosen in product(*choices))


async def test_what_is_alarmed_about_is_there_before_it_happens(world: World) -> None:
    series = [one for family in world.aboard.meters.registry.collect() for one in family.samples]
    refusals = set(re.findall(r"RefusedError\((\d+)", inspect.getsource(guard)))
    every = {
        "vendor": set(world.aboard.means.vendors),
        "kind": {"command", "action", "submission", "event", "suggestion"},
        "status": refusals,
    }
    wanted = list(_alarmed_about())
    for name, labels in wanted:
        found = [
            one.labels
            for one in series
            if one.name == name and labels.items() <= one.labels.items()
        ]
        assert found, (name, labels)
        for label in found[0].keys() - labels.keys():
            assert {one[label] for one in found} >= every[label], (name, labels)
    assert {"aboard_ack_seconds_count", "aboard_refused_total"} <= {name for name, _ in wanted}


async def test_answers_to_slack_are_timed_by_their_kind(story: Story, ada: User) -> None:
    meters, name = story.world.aboard.meters, "aboard_ack_seconds_count"
    kinds = ("command", "action", "submission", "event", "suggestion")
    before = {kind: _read(meters, name, kind=kind, outcome="ok") for kind in kinds}
    card = await story.onboarding(ada, "analyst")
    await story.denies(card, "Not now")
    grown = {
        kind: _read(meters, name, kind=kind, outcome="ok") - before[kind]
        for kind in ("command", "action", "submission")
    }
    assert grown == {"command": 1, "action": 1, "submission": 1}


async def test_no_metric_names_a_person_or_what_somebody_typed(
    story: Story, ada: User, watch: Watch
) -> None:
    card = await story.onboarding(ada)
    await story.denies(card, "A-secret-reason")
    await watch.look()
    people = [ada, story.asker, story.approver]
    private = [word for one in people for word in (one.id, one.email, one.name, one.real_name)]
    told = watch.meters.told() + story.world.aboard.meters.told()
    assert "aboard_decisions_total" in told
    assert [
        one for one in (*private, "A-secret-reason", story.people.login(ada)) if one in told
    ] == []


async def test_how_far_aboard_is_behind_is_read_from_the_rows(
    story: Story, ada: User, watch: Watch
) -> None:
    await story.onboarding(ada)
    await watch.look()
    assert _read(watch.meters, "aboard_requests_open", state="pending") >= 1
    await story.world.spoken()
    await watch.look()
    assert _read(watch.meters, "aboard_outbox_messages") == 0
    assert _read(watch.meters, "aboard_outbox_age_seconds") == 0
    assert _read(watch.meters, "aboard_audit_age_seconds") > 0
