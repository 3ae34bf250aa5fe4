"""A vendor of another package is a vendor like any: docs/adding-a-vendor.md, done as it says."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from sandbox.parts import Server
from sandbox.server import running
from sandbox.slack.model import Message, User
from tests.integration.another_package import KEY, Office, Package, files, installed, office
from tests.integration.bots import Bot, events_of
from vendors.testing.promises import promises

pytestmark = pytest.mark.timeout(150)

REQUESTS = "#access-requests"
PATIENCE = 40.0
FLOOR = "access:visitor:acme:floor"
BEGINS = "The package acme-rooms announces the vendor acme as acme_rooms:Acme, which"
LOADS = """
import sys
from pathlib import Path
from bot.reader import ConfigurationError
from bot.settings import load
for document in sys.argv[1:]:
    Path("aboard.toml").write_text(document)
    try:
        load()
    except ConfigurationError as error:
        print(*error.problems)
"""
LOGS_THE_KEY = """
import os, structlog
from bot.leaving import settings
settings()
structlog.get_logger().warning("said", key=os.environ["ACME_KEY"])
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return installed(tmp_path_factory.mktemp("acme"))


def environment(folder: Path, configuration: str) -> dict[str, str]:
    """Write aboard.toml, and return what Aboard needs in its environment."""
    (folder / "aboard.toml").write_text(configuration, encoding="utf-8")
    return {"SLACK_BOT_TOKEN": "xoxb-nowhere", "ACME_KEY": KEY}


def test_the_page_shows_every_file_of_the_package() -> None:
    assert set(files()) == {
        "pyproject.toml",
        "acme_rooms/__init__.py",
        "acme_rooms/simulator.py",
        "tests/test_acme.py",
        "aboard.toml",
    }


async def test_its_contract_suite_passes(package: Package) -> None:
    tested = await package.python("-m", "pytest", "-q")
    passed = re.search(r"^(\d+) passed, \d+ deselected in", tested.text, re.MULTILINE)
    assert tested.status == 0, tested.text
    assert passed, tested.text
    assert int(passed[1]) > len(promises())


async def test_its_suite_calls_the_product_with_credentials(package: Package) -> None:
    async with office(package) as acme:
        acme.rooms.add("ada@acme.example", "Ada", "roof")
        settings = json.dumps({"base_url": acme.url, "key": KEY})
        tested = await package.python("-m", "pytest", "-q", "-m", "live", ABOARD_LIVE_ACME=settings)
        assert {one.method for one in acme.rooms.journal.calls} == {"GET"}
    assert tested.status == 0, tested.text
    assert "4 passed" in tested.text


async def test_its_suite_finds_a_promise_that_is_broken(package: Package, tmp_path: Path) -> None:
    spoiled = package.copy(tmp_path)
    adapter = spoiled.sources / "acme_rooms" / "__init__.py"
    exact = "if one.email.casefold() == wanted]"
    assert exact in adapter.read_text()
    adapter.write_text(adapter.read_text().replace(exact, "if wanted in one.email.casefold()]"))
    tested = await spoiled.python("-m", "pytest", "-q", "-k", "test_find_is_exact")
    assert tested.status == 1
    assert "1 failed" in tested.text


async def test_its_suite_bends_no_promise(package: Package, tmp_path: Path) -> None:
    spoiled = package.copy(tmp_path)
    with (spoiled.sources / "tests" / "test_acme.py").open("a") as file:
        file.write("\n    async def test_two_matches_are_refused(self) -> None:\n        pass\n")
    tested = await spoiled.python("-m", "pytest", "-q")
    assert tested.status != 0
    assert "TestAcme overrides test_two_matches_are_refused" in tested.text


async def test_aboard_lists_it(package: Package) -> None:
    listed = await package.python("-m", "bot", "vendors", "--json")
    rows = [json.loads(line) for line in listed.text.splitlines()]
    [acme] = [row for row in rows if row["vendor"] == "acme"]
    assert len(rows) > 1
    assert (acme["find"], acme["rate"], acme["needs"]) == ("yes", "100 in 60 s", "email")


async def test_an_operator_can_ask_it(package: Package, tmp_path: Path) -> None:
    async with office(package) as acme:
        acme.rooms.add("ada@acme.example", "Ada", "roof")
        given = environment(tmp_path, acme.configuration())

        async def aboard(*words: str, **more: str) -> str:
            said = await package.python("-m", "bot", *words, folder=tmp_path, **(given | more))
            return f"{said.status}: {said.text}"

        checked, refused, choices, accounts = await asyncio.gather(
            aboard("check", "acme"),
            aboard("check", "acme", ACME_KEY="another"),
            aboard("choices", "acme", "floor", "SECOND", "--json"),
            aboard("accounts", "acme", "--json"),
        )
    assert checked.startswith("0: ok  Acme Rooms")
    assert refused.startswith("1: !!  Acme Rooms")
    assert "Acme Rooms does not accept the credential." in refused
    assert '"value": "second"' in choices
    assert '"who": "ada@acme.example"' in accounts


WRONG = [
    ("[vendors.acme]", '[vendors.acme]\nkey = "k"', "vendors.acme.key is a secret: set ACME_KEY"),
    ("[vendors.acme]", "[vendors.acme]\nroom = 1", "vendors.acme.room is unknown"),
    ('floor = "second"', 'flor = "second"', "profiles.visitor.acme.flor is unknown"),
]


async def test_what_is_wrong_with_its_settings_is_said(package: Package, tmp_path: Path) -> None:
    documents = [files()["aboard.toml"].replace(before, after) for before, after, _ in WRONG]
    given = environment(tmp_path, "")
    said = await package.python("-c", LOADS, *documents, folder=tmp_path, **given)
    assert said.status == 0, said.text
    problems = said.text.splitlines()
    assert len(problems) == len(WRONG)
    for problem, (_, _, sentence) in zip(problems, WRONG, strict=True):
        assert sentence in problem


async def test_without_its_secret_aboard_does_not_start(package: Package, tmp_path: Path) -> None:
    given = environment(tmp_path, files()["aboard.toml"]) | {"ACME_KEY": ""}
    said = await package.python("-m", "bot", "serve", folder=tmp_path, **given)
    assert said.status == 2
    assert "aboard: ACME_KEY ([vendors.acme] is on) is missing." in said.text


async def test_its_secrets_are_masked_in_the_log(package: Package, tmp_path: Path) -> None:
    given = environment(tmp_path, files()["aboard.toml"])
    said = await package.python("-c", LOGS_THE_KEY, folder=tmp_path, **given)
    assert said.status == 0, said.text
    assert '"said"' in said.text
    assert KEY not in said.text


@pytest.mark.parametrize(
    ("words", "text", "why"),
    [
        (("vendors",), "import no_such", "cannot be imported (ModuleNotFoundError: no_such)."),
        (("serve",), "raise RuntimeError('hunter2')", "cannot be imported (RuntimeError)."),
        (("check", "acme"), "Acme = 1", "is no class."),
        (("accounts", "acme"), "class Acme: pass", "does not say its name."),
    ],
)
async def test_a_package_without_a_vendor_stops_aboard_with_a_sentence(
    package: Package, tmp_path: Path, words: tuple[str, ...], text: str, why: str
) -> None:
    spoiled = package.copy(tmp_path)
    (spoiled.site / "acme_rooms" / "__init__.py").write_text(text)
    given = environment(tmp_path, files()["aboard.toml"])
    said = await spoiled.python("-m", "bot", *words, folder=tmp_path, **given)
    sentence = f"aboard: {BEGINS} {why} Please mend the package or remove it.\n"
    assert (said.status, said.text) == (2, sentence)


@pytest.mark.parametrize("words", [("serve",), ("check", "acme")])
async def test_a_vendor_that_cannot_be_built_stops_aboard_with_a_sentence(
    package: Package, tmp_path: Path, words: tuple[str, ...]
) -> None:
    spoiled = package.copy(tmp_path)
    adapter = spoiled.site / "acme_rooms" / "__init__.py"
    built = "        endpoint = Endpoint("
    fails = f"        raise RuntimeError(settings.key.get_secret_value())\n{built}"
    adapter.write_text(adapter.read_text().replace(built, fails, 1))
    async with running(port=0) as server:
        given = environment(tmp_path, files()["aboard.toml"]) | server.environment()
        given |= {"DATABASE_URL": f"sqlite:///{tmp_path / 'aboard.db'}", "ACME_KEY": KEY}
        said = await spoiled.python("-m", "bot", *words, folder=tmp_path, **given)
    assert said.status == 2, said.text
    assert said.text == (
        "aboard: The vendor acme cannot be built from its settings (RuntimeError). "
        "Please mend [vendors.acme] or the vendor's package.\n"
    )


class BotWithAcme(Bot):
    """A bot that sees the package."""

    def __init__(self, server: Server, folder: Path, package: Package) -> None:
        super().__init__(server, folder)
        self._package = package

    def _environment(self) -> dict[str, str]:
        return super()._environment() | self._package.environment(ACME_KEY=KEY)


async def approved(server: Server, subject: User, planned: str) -> str:
    """Wait for the card with this plan for somebody, approve it, and return how it ends."""
    slack, lead = server.workspace, server.cast.lead

    def card() -> Message | None:
        for message in slack.messages(REQUESTS):
            text = slack.text_of(message)
            if "Acme Rooms" in text and planned in text and subject.real_name in text:
                return message
        return None

    asked = await slack.until(card, PATIENCE)
    assert asked is not None
    assert (await slack.press(lead, asked, "Approve")).ok
    await slack.until(lambda: "Completed" in slack.text_of(asked), PATIENCE)
    return slack.text_of(asked)


async def brought_on_board_and_off(server: Server, acme: Office) -> None:
    slack, ada, manager = server.workspace, server.cast.newcomers[0], server.cast.manager
    mention, login = f"<@{ada.id}|{ada.name}>", server.cast.logins[ada.id]
    assert (await slack.command(manager, "/onboard", f"{mention} {login} visitor")).error is None
    ended = await approved(server, ada, "Open the floor second.")
    assert "done, verified" in ended
    assert acme.floors(ada.email) == ["second"]
    assert (await slack.command(manager, "/offboard", mention)).error is None
    await slack.until(lambda: slack.modal(manager), PATIENCE)
    assert await slack.submit(manager, {"reason": "Leaves"}) is None
    ended = await approved(server, ada, "Close the floor second.")
    assert "done, verified" in ended
    assert acme.floors(ada.email) == []


async def given_what_the_form_offers(server: Server, acme: Office) -> None:
    slack, kenji, manager = server.workspace, server.cast.newcomers[1], server.cast.manager
    assert (await slack.command(manager, "/onboard", "")).error is None
    form = await slack.until(lambda: slack.modal(manager), PATIENCE)
    assert form is not None
    offered = await slack.options(manager, form, FLOOR, "TERRACE")
    assert [one["text"]["text"] for one in offered] == ["Roof terrace"]
    login = server.cast.logins[kenji.id]
    values = {"subject": kenji.id, "github": login, FLOOR: "roof"}
    assert await slack.submit(manager, values) is None
    await approved(server, kenji, "Open the floor roof.")
    assert acme.floors(kenji.email) == ["roof"]


async def test_a_person_is_brought_on_board_and_off_again(package: Package, tmp_path: Path) -> None:
    async with running() as server, office(package) as acme:
        ids = {"C0123456789": server.cast.requests, "U0123456789": server.cast.lead.id}
        text = acme.configuration(**ids)
        bot = BotWithAcme(server, tmp_path, package)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(server, "configuration", lambda: text)
            server.connect(events_of(bot))
            try:
                await bot.start()
                await brought_on_board_and_off(server, acme)
                await given_what_the_form_offers(server, acme)
            finally:
                await bot.end()
        assert await bot.errors() == []
        assert KEY not in bot.log.read_text()
        assert server.workspace.complaints == []
