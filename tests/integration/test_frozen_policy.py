"""What was decided by is what stood when it was asked, whatever the settings say today."""

from datetime import timedelta

import pytest

from rules.catalog import ApprovalRule, Catalog
from rules.values import Verdict
from storage import requests
from storage.database import Database
from storage.engine import create_engine
from tests.integration.decider import Everybody, Remembering, click
from tests.integration.facts import everything
from tests.integration.naive import NOW, pending
from workflow.events import Bells
from workflow.means import Means
from workflow.service import Service

TODAY = ApprovalRule(("U0TODAY",), 1, timedelta(hours=1))
"""Whoever wrote this has forgotten those who approved when the request was made."""


def service_on(database: Database) -> Service:
    means = Means(
        database, Everybody(), {}, Catalog({}, TODAY), lambda: NOW - 1,
        lambda: "ref", Remembering(), Bells(), "C0REQUESTS",
    )  # fmt: skip
    return Service(means)


async def test_a_change_of_the_settings_does_not_reach_an_open_request(url: str) -> None:
    engine = create_engine(url)
    pending(engine, "U0ADA")
    engine.dispose()
    database = Database(url)
    service = service_on(database)
    late = await service.decide(click("U0ADA", "U0TODAY", Verdict.APPROVE))
    assert late.sentence == "You are not an approver of this request."
    assert (await service.decide(click("U0ADA", "U0LEAD", Verdict.APPROVE))).counted
    (case,) = await database.read(everything)
    database.close()
    assert [one.approver for one in case.dossier.decisions] == ["U0LEAD"]
    assert {event.policy_digest for event in case.events} == {case.request.policy_digest}


async def test_a_request_whose_terms_cannot_be_read_lets_nobody_decide(url: str) -> None:
    engine = create_engine(url)
    number = pending(engine, "U0ADA")
    with engine.begin() as connection:
        requests.amend(connection, number, {"terms": "{}"})
    engine.dispose()
    database = Database(url)
    with pytest.raises(ValueError, match="These are no terms"):
        await service_on(database).decide(click("U0ADA", "U0LEAD", Verdict.APPROVE))
    (case,) = await database.read(everything)
    database.close()
    assert (case.request.state, case.dossier.decisions) == ("pending", ())
