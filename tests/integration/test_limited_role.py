"""The bot works as a database role that may only add to the audit trail."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from storage import audit_role
from storage.database import Database
from tests.integration import clicks
from tests.integration.bots import bots, lines_to, sandbox
from tests.integration.facts import all_in, until
from tests.integration.staff import hire
from workflow.audit_verify import verify

ROLE, PASSWORD = "aboard_app_that_works", "only-here"


@pytest.fixture
def limited(postgres: str) -> Iterator[str]:
    """Give the address by which the role works; the tables belong to somebody else."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
        for statement in audit_role.grants(ROLE):
            connection.execute(statement.encode())
    yield (
        make_url(postgres)
        .set(username=ROLE, password=PASSWORD)
        .render_as_string(hide_password=False)
    )
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {ROLE}")
        connection.execute(f"DROP ROLE {ROLE}")


@pytest.mark.postgres
async def test_somebody_comes_on_board_through_a_role_that_may_only_add(
    limited: str, tmp_path: Path
) -> None:
    database = Database(limited)
    async with (
        sandbox() as server,
        bots(server, tmp_path, limited, 1) as one,
        lines_to(server, one) as (line,),
    ):
        newcomer, slack = hire(server, 1), server.workspace
        channel = slack.state.directory.channel(slack.channel("#general"))
        asked = slack.payloads().command(newcomer.manager, "/onboard", newcomer.command, channel)
        assert (await line.send("command", asked, {})).ok
        (case,) = await until(database, all_in("pending"), 30.0)
        approved = clicks.approval(server, server.cast.lead, case.request.ref)
        assert (await line.send("interaction", approved, {})).ok
        (case,) = await until(database, all_in("completed"), 30.0)
        assert server.axiom.user(newcomer.user.email) is not None
        assert await one[0].errors() == []
    assert case.request.state == "completed"
    assert (await database.read(verify)).flaw is None
    database.close()
