"""A thousand people at once: few calls, an end for each of them, and nothing changed twice."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel

from sandbox.vendors.journal import Journal
from tests.contract.test_appxite import appxite_bench
from tests.contract.test_ixon import IxonBench, ixon_bench
from tests.integration.commanding import Terminal, objects, terminal
from vendors.appxite import Appxite
from vendors.contract import Account, End, Outcome, Person, Result
from vendors.errors import RateLimitError
from vendors.ixon import Ixon
from vendors.ixon_api import PACE, RATE
from vendors.many import MOST

CROWD = 1_000
CALLS = CROWD // MOST
TEAMS = tuple(f"Team {number}" for number in range(20))


def email_of(number: int) -> str:
    return f"person-{number:04}@kepler.example"


def people() -> list[Person]:
    return [
        Person(f"U{one:04}", email_of(one), "Person", f"No{one:04}", f"person-{one}")
        for one in range(CROWD)
    ]


def export(first_team: int = 0) -> str:
    """Return an export like that of Ambition's page, of a thousand people in twenty teams."""
    rows = [
        f"Person,No{one:04},{email_of(one)},Seller,{TEAMS[(one + first_team) % len(TEAMS)]}"
        for one in range(CROWD)
    ]
    return "\n".join(["first_name,last_name,email,role,team_name", *rows, ""])


def writes(journal: Journal) -> list[str]:
    return [f"{one.method} {one.path}" for one in journal.calls if one.method != "GET"]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Terminal]:
    """Lend a terminal whose Ambition takes these teams."""
    async with terminal(tmp_path) as lent:
        lent.change('Role = ["Account Executive", "Manager"]', 'Role = ["Seller"]')
        lent.change('Team = ["Dogs", "Cats"]', f"Team = {list(TEAMS)}")
        await lent.run("migrate")
        yield lent


@pytest.mark.usefixtures("logging_as_before")
async def test_a_thousand_people_of_a_file_reach_ambition_in_few_calls(desk: Terminal) -> None:
    desk.show_groups()
    file, journal = desk.write("export.csv", export()), desk.server.ambition.journal
    first = await desk.run("vendors", "ambition", "import", file, "--json")
    assert [(row["line"], row["person"], row["result"]) for row in objects(first)] == [
        (one + 2, email_of(one), "done") for one in range(CROWD)
    ]
    assert (first.exit_code, first.stderr) == (0, "People: 1000 (1000 done).\n")
    accounts = "POST /api/v1/account/"
    assert sorted(writes(journal)) == sorted([accounts, "POST /api/v1/group_membership/"] * CALLS)
    assert len(journal.calls) == 2 + 4 * CALLS
    held = desk.server.ambition.account(email_of(7))
    assert held is not None
    assert held.groups == {"Role": "Seller", "Team": "Team 7"}

    journal.calls.clear()
    second = await desk.run("vendors", "ambition", "import", file, "--json")
    assert {row["result"] for row in objects(second)} == {"unchanged"}
    assert [(one.method, one.status) for one in journal.calls] == [("GET", 200)] * 2

    moved = desk.write("moved.csv", export(first_team=1))
    plans = await desk.run("vendors", "ambition", "import", moved, "--dry-run", "--json")
    assert {row["plan"] for row in objects(plans)} == {"move"}
    assert writes(journal) == []


@pytest.mark.usefixtures("logging_as_before")
async def test_a_thousand_are_sent_once_where_ambition_does_not_show_their_groups(
    desk: Terminal,
) -> None:
    file, journal = desk.write("export.csv", export()), desk.server.ambition.journal
    first = await desk.run("vendors", "ambition", "import", file, "--json")
    assert (first.exit_code, first.stderr) == (0, "People: 1000 (1000 unverified).\n")
    assert len(writes(journal)) == 2 * CALLS
    journal.calls.clear()
    second = await desk.run("vendors", "ambition", "import", file, "--json")
    assert {row["result"] for row in objects(second)} == {"unverified"}
    assert {row["detail"].partition(" on ")[0] for row in objects(second)} == {"Sent and accepted"}
    assert [(one.method, one.status) for one in journal.calls] == [("GET", 200)]


def refuse(desk: Terminal, email: str) -> None:
    """Have Ambition refuse every request that names this address, as a whole."""

    async def refusing(request: web.Request, handler: Handler) -> web.StreamResponse:
        if email in await request.text():
            return web.json_response({"email": ["Enter a valid email address."]}, status=400)
        return await handler(request)

    accounts = "POST /ambition/api/v1/account/"
    desk.server.ambition.faults.plant("refusing", refusing, None, accounts)


@pytest.mark.usefixtures("logging_as_before")
async def test_of_a_thousand_only_the_one_fails_who_is_meant(desk: Terminal) -> None:
    desk.show_groups()
    refuse(desk, email_of(123))
    journal = desk.server.ambition.journal
    result = await desk.run(
        "vendors", "ambition", "import", desk.write("export.csv", export()), "--json"
    )
    told = [row["result"] for row in objects(result)]
    assert (told[123], told[:123], told[124:]) == ("failed", ["done"] * 123, ["done"] * 876)
    assert (result.exit_code, result.stderr) == (1, "People: 1000 (999 done, 1 failed).\n")
    assert writes(journal).count("POST /api/v1/account/") == CALLS + MOST


async def ends_of(vendor: Ixon | Appxite, access: BaseModel) -> list[End]:
    """Look everybody up by one list, then provision them together."""
    found_of = await vendor.look()
    asked: list[tuple[Person, Any, Account | None]] = [
        (one, access, found_of(one)) for one in people()
    ]
    return await vendor.provision_many(asked)


def results(ends: Sequence[End]) -> list[Result]:
    """Return how everybody ended; everybody's account is their own."""
    outcomes = [end for end in ends if isinstance(end, Outcome)]
    assert [end.account.who for end in outcomes if end.account] == [
        email_of(one) for one in range(CROWD)
    ]
    return [end.result for end in outcomes]


async def test_a_thousand_people_reach_appxite_in_few_calls() -> None:
    async with appxite_bench() as bench:
        given = results(await ends_of(bench.vendor, bench.access))
        assert given == [Result.DONE] * CROWD
        assert writes(bench.journal) == ["POST /users/invite"] * CALLS
        assert len(bench.journal.calls) <= 3 + 2 * CALLS
        bench.journal.calls.clear()
        again = results(await ends_of(bench.vendor, bench.access))
        assert again == [Result.UNCHANGED] * CROWD
        assert [one.method for one in bench.journal.calls] == ["GET"]


@asynccontextmanager
async def slow_ixon() -> AsyncIterator[IxonBench]:
    """Lend IXON with a clock that only waiting moves."""
    async with ixon_bench() as bench:
        yield bench


def busiest(bench: IxonBench) -> int:
    """Return how many calls IXON was asked within one second, at most."""
    moments = [one.at for one in bench.journal.calls]
    return max(
        len([one for one in moments if begun <= one < begun + RATE.seconds]) for begun in moments
    )


async def test_a_thousand_people_are_invited_to_ixon_within_its_rate() -> None:
    async with slow_ixon() as bench:
        given = results(await ends_of(bench.vendor, bench.access))
        assert given == [Result.INVITED] * CROWD
        assert writes(bench.journal) == ["POST /invites"] * CALLS
        assert busiest(bench) <= RATE.calls
        bench.journal.calls.clear()
        again = results(await ends_of(bench.vendor, bench.access))
        assert again == [Result.UNCHANGED] * CROWD
        assert writes(bench.journal) == []


async def test_changes_that_ixon_takes_one_by_one_keep_its_rate_as_well() -> None:
    async with slow_ixon() as bench:
        crowd = people()[:100]
        for one in crowd:
            bench.put(one, bench.other)
        found_of = await bench.vendor.look()
        asked = [(one, bench.access, found_of(one)) for one in crowd]
        begun = bench.now
        ends = await bench.vendor.provision_many(asked)
        assert [end.result for end in ends if isinstance(end, Outcome)] == [Result.DONE] * 100
        assert len(bench.journal.calls) > 100
        assert busiest(bench) <= RATE.calls
        assert (bench.now - begun).total_seconds() >= len(bench.journal.calls) / PACE.calls - 2


async def test_whom_a_lock_out_strikes_is_told_and_nobody_is_asked_for_after_it() -> None:
    async with slow_ixon() as bench:
        vendor = bench.vendor
        found_of = await vendor.look()
        asked = [(one, bench.access, found_of(one)) for one in people()]
        first = await vendor.provision_many(asked[: 2 * MOST])
        bench.ixon.lock_out()
        bench.journal.calls.clear()
        ends = await vendor.provision_many(asked[2 * MOST :])
        assert len(first) + len(ends) == CROWD
        assert {type(end) for end in ends} == {RateLimitError}
        assert len(bench.journal.calls) == 1
        bench.now = bench.now.replace(hour=bench.now.hour + 1)
        again = results(await ends_of(vendor, bench.access))
        assert again == [Result.UNCHANGED] * 2 * MOST + [Result.INVITED] * (CROWD - 2 * MOST)
