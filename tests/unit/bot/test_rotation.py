"""A credential that is mounted as a file is replaced while Aboard runs, and never by nothing."""

import os
import threading
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from bot import credentials
from bot.credentials import LARGEST_FILE, Credential
from bot.findings import Finding, Mark
from bot.rotation import Rotation
from tests.unit.bot.configured import ENVIRONMENT, Configuration

SIGNING, PREVIOUS = "SLACK_SIGNING_SECRET", "SLACK_SIGNING_SECRET_PREVIOUS"
NEW = "another-value-0123456789"


class Mounted:
    """Settings with every credential in a file, and what watches these files."""

    def __init__(self, configuration: Configuration) -> None:
        names = (*ENVIRONMENT, PREVIOUS, "SLACK_APP_TOKEN", "GITHUB_TOKEN")
        self.files = {
            name: configuration.secret_file(name, f"first-{name.lower()}\n".encode())
            for name in names
        }
        self.settings = configuration.load()
        self.learned: list[str] = []
        self.now = 0.0
        self.rotation = Rotation(
            self.settings.credentials, self.learned.extend, clock=lambda: self.now
        )

    def __getitem__(self, name: str) -> Credential:
        return next(one for one in self.settings.credentials if one.name == name)


@pytest.fixture
def mounted(configuration: Configuration) -> Mounted:
    return Mounted(configuration)


async def test_who_was_built_with_a_credential_reveals_the_new_one(mounted: Mounted) -> None:
    github, axiom = mounted.settings.github, mounted.settings.vendors["axiom"].model_dump()
    assert github is not None
    held = [github.token, axiom["token"]]
    for name in ("GITHUB_TOKEN", "AXIOM_TOKEN"):
        mounted.files[name].write_text(f"{NEW}-{name}\n")
    await mounted.rotation.once()
    values = [one.get_secret_value() for one in held if one is not None]
    assert values == [f"{NEW}-GITHUB_TOKEN", f"{NEW}-AXIOM_TOKEN"]


async def test_every_credential_is_replaced_when_its_file_changes(mounted: Mounted) -> None:
    for name, file in mounted.files.items():
        file.write_text(f"{NEW}-{name}\n")
    await mounted.rotation.once()
    assert {name: mounted[name].value for name in mounted.files} == {
        name: f"{NEW}-{name}" for name in mounted.files
    }
    assert set(mounted.settings.secrets()) >= {f"{NEW}-{name}" for name in mounted.files}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "its file is empty"),
        (b"\n", "its file is empty"),
        (b"\xff\xfe", "its file cannot be read"),
        (None, "its file cannot be read"),
        (b"two words", "its file holds what cannot be used"),
    ],
)
@pytest.mark.parametrize("name", ["AXIOM_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN"])
async def test_a_file_that_is_broken_keeps_the_one_before_and_says_so_once(
    mounted: Mounted, name: str, content: bytes | None, problem: str
) -> None:
    before = mounted[name].value
    if content is None:
        mounted.files[name].unlink()
    else:
        mounted.files[name].write_bytes(content)
    with capture_logs() as lines:
        await mounted.rotation.once()
        await mounted.rotation.once()
    assert mounted[name].value == before
    assert [(one["event"], one["problem"]) for one in lines] == [
        ("credential not replaced", problem)
    ]
    [found] = [one for one in told(mounted) if one.mark is Mark.WRONG]
    assert (found.about, found.detail.startswith(problem)) == (name, True)
    mounted.files[name].write_text(NEW)
    await mounted.rotation.once()
    assert mounted[name].value == NEW
    assert not [one for one in told(mounted) if one.mark is Mark.WRONG]


def told(mounted: Mounted) -> list[Finding]:
    return list(credentials.findings(mounted.settings.credentials, datetime.now(UTC)))


async def test_the_previous_signing_secret_ends_with_an_empty_file(mounted: Mounted) -> None:
    mounted.files[PREVIOUS].write_text("")
    await mounted.rotation.once()
    assert mounted[PREVIOUS].value == ""
    assert PREVIOUS not in {one.about for one in told(mounted)}


async def test_who_changes_both_signing_secrets_at_once_has_the_one_before_let_in_first(
    mounted: Mounted,
) -> None:
    used: list[str] = []
    for name in (SIGNING, PREVIOUS):
        mounted.rotation.after(name, used.append)
    mounted.files[SIGNING].write_text(NEW)
    mounted.files[PREVIOUS].write_text("first-slack_signing_secret")
    await mounted.rotation.once()
    assert used == ["first-slack_signing_secret", NEW]


async def test_files_that_change_while_they_are_read_never_leave_the_one_before_out(
    mounted: Mounted,
) -> None:
    def changed_meanwhile(_: str) -> bool:
        mounted.files[PREVIOUS].write_text("first-slack_signing_secret")
        return True

    mounted[SIGNING].fits = changed_meanwhile
    mounted.files[SIGNING].write_text(NEW)
    await mounted.rotation.once()
    assert mounted[PREVIOUS].value == "first-slack_signing_secret"
    assert mounted[SIGNING].value == NEW


async def test_a_signing_secret_waits_until_the_file_of_the_one_before_is_right(
    mounted: Mounted,
) -> None:
    mounted.files[SIGNING].write_text(NEW)
    mounted.files[PREVIOUS].write_text("two words")
    await mounted.rotation.once()
    assert mounted[SIGNING].value == "first-slack_signing_secret"
    assert mounted[SIGNING].problem == "SLACK_SIGNING_SECRET_PREVIOUS has to be put right first"
    mounted.files[PREVIOUS].write_text("first-slack_signing_secret")
    await mounted.rotation.once()
    assert (mounted[SIGNING].value, mounted[SIGNING].problem) == (NEW, "")


async def test_what_has_to_be_asked_about_holds_nothing_else_up(mounted: Mounted) -> None:
    async def objection(_: str) -> str:
        return "".join(name for name in mounted.files if mounted[name].value.startswith("first-"))

    mounted.rotation.before("SLACK_BOT_TOKEN", objection)
    for name, file in mounted.files.items():
        file.write_text(f"{NEW}-{name}")
    await mounted.rotation.once()
    assert mounted["SLACK_BOT_TOKEN"].problem == "SLACK_BOT_TOKEN"


async def test_a_refused_value_is_asked_about_less_and_less_often(mounted: Mounted) -> None:
    asked: list[float] = []

    async def objection(_: str) -> str:
        asked.append(mounted.now)
        return "no"

    mounted.rotation.before("SLACK_BOT_TOKEN", objection)
    mounted.files["SLACK_BOT_TOKEN"].write_text(NEW)
    for second in range(0, 300, 2):
        mounted.now = second
        await mounted.rotation.once()
    assert asked == [0, 2, 6, 14, 30, 62, 126, 190, 254]
    mounted.files["SLACK_BOT_TOKEN"].write_text(f"{NEW}-again")
    await mounted.rotation.once()
    assert len(asked) == 10, "another value is asked about at once"


async def test_a_pipe_and_a_file_too_large_are_not_waited_for(mounted: Mounted) -> None:
    before = mounted["AXIOM_TOKEN"].value
    for spoil in (
        os.mkfifo,
        lambda file: file.write_bytes(b"x" * (LARGEST_FILE + 1)),
        lambda file: file.mkdir(),
    ):
        mounted.files["AXIOM_TOKEN"].unlink()
        spoil(mounted.files["AXIOM_TOKEN"])
        await mounted.rotation.once()
        assert mounted["AXIOM_TOKEN"].problem == "its file cannot be read"
        mounted["AXIOM_TOKEN"].problem = ""
    assert mounted["AXIOM_TOKEN"].value == before


async def test_what_has_not_changed_is_not_checked_anew(mounted: Mounted) -> None:
    def fits(value: str) -> bool:
        raise AssertionError(value)

    for name in mounted.files:
        mounted[name].fits = fits
    await mounted.rotation.once()


async def test_the_log_learns_a_value_before_it_is_used(mounted: Mounted) -> None:
    used: list[str] = []
    mounted.rotation.after("SLACK_BOT_TOKEN", lambda _: used.extend(mounted.learned))
    mounted.files["SLACK_BOT_TOKEN"].write_text(NEW)
    await mounted.rotation.once()
    assert used == [NEW]


async def test_a_value_that_something_speaks_against_is_not_used(mounted: Mounted) -> None:
    before = mounted["SLACK_BOT_TOKEN"].value

    async def objection(value: str) -> str:
        return f"it is {len(value)} characters long"

    mounted.rotation.before("SLACK_BOT_TOKEN", objection)
    mounted.files["SLACK_BOT_TOKEN"].write_text(NEW)
    with capture_logs() as lines:
        await mounted.rotation.once()
        await mounted.rotation.once()
    assert len(lines) == 1, "it is said once"
    assert mounted["SLACK_BOT_TOKEN"].value == before
    assert mounted["SLACK_BOT_TOKEN"].problem == f"it is {len(NEW)} characters long"


async def test_a_token_that_the_vendors_settings_forbid_is_not_used(mounted: Mounted) -> None:
    mounted.files["AXIOM_TOKEN"].write_text("xapt-personal-without-organization")
    await mounted.rotation.once()
    assert mounted["AXIOM_TOKEN"].problem == "its file holds what cannot be used"


async def test_what_is_a_variable_stays_as_it_was(configuration: Configuration) -> None:
    settings = configuration.load()
    before = [one.value for one in settings.credentials]
    await Rotation(settings.credentials, lambda _: None).once()
    assert [one.value for one in settings.credentials] == before


def test_a_check_tells_age_and_fingerprint_and_no_value(mounted: Mounted) -> None:
    old = datetime(2026, 1, 1, tzinfo=UTC)
    os.utime(mounted.files["AXIOM_TOKEN"], (old.timestamp(), old.timestamp()))
    now = datetime(2026, 4, 2, 1, tzinfo=UTC)
    found = {one.about: one for one in credentials.findings(mounted.settings.credentials, now)}
    assert found["AXIOM_TOKEN"].detail == (
        "fingerprint 09a9fd, 91 days old. It is older than 90 days: replace it."
    )
    assert found["AXIOM_TOKEN"].mark is Mark.UNKNOWN
    assert set(found) == set(mounted.files)
    assert not [one for one in found.values() if "first-" in one.text]


def test_of_a_variable_the_age_is_not_known(configuration: Configuration) -> None:
    settings = configuration.load()
    now = datetime(2026, 4, 2, tzinfo=UTC)
    details = [one.detail for one in credentials.findings(settings.credentials, now)]
    assert len(details) == len(ENVIRONMENT)
    assert all("its age is not known" in one for one in details)


def test_the_database_and_the_keys_of_the_trail_are_not_replaced(
    configuration: Configuration,
) -> None:
    for name in ("AUDIT_HMAC_KEY", "AUDIT_HMAC_KEY_BEFORE"):
        configuration.secret_file(name, b"k" * 40)
    names = {one.name for one in configuration.load().credentials}
    assert names == {*ENVIRONMENT, PREVIOUS}


async def test_what_hangs_holds_up_no_other_credential(
    mounted: Mounted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.rotation.AT_MOST", 0.01)
    answers, asked = threading.Event(), []

    def hang() -> str:
        asked.append(1)
        answers.wait()
        return NEW

    mounted["SLACK_BOT_TOKEN"].source = hang
    try:
        for number in range(3):
            mounted.files["AXIOM_TOKEN"].write_text(f"{NEW}-{number}\n")
            await mounted.rotation.once()
            assert mounted["AXIOM_TOKEN"].value == f"{NEW}-{number}"
        assert mounted["SLACK_BOT_TOKEN"].problem == "it cannot be read in time"
        assert len(asked) == 1
    finally:
        answers.set()
