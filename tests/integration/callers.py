"""Everybody at Aboard who calls out, built from settings as `aboard serve` reads them.

Each carries a credential of its own. What they call is the sandbox's address book at another host.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.app import _open_client
from bot.settings import Settings, load
from bot.vendor_desk import vendors_on
from sandbox.tenancies import TENANCIES
from vendors.contract import Person
from vendors.github import GitHub
from vendors.tools import Limits, Tools

NEEDED = (
    "SLACK_BOT_TOKEN",
    "GITHUB_TOKEN",
    *(key for one in TENANCIES.values() for key in one.secrets),
)
CREDENTIALS = {name: f"canary-{name}-3f9c21d07ab4" for name in NEEDED}
SECRETS = tuple(CREDENTIALS.values())
PERSON = Person("U0ADA", "ada@kepler.example", "Ada", "Lovelace", "ada-lovelace", 500_100)
PATIENT = Limits(connect=10.0, queue=10.0, total=20.0)

DOCUMENT = """\
[slack]
channel = "C0123456789"

[approval]
approvers = ["U0123456789"]

{vendors}
[profiles.engineer]
axolo = {{}}
"""

Call = Callable[[], Awaitable[object]]

VENDORS = ("ambition", "appxite", "axiom", "axolo", "ixon")
CALLERS = (*VENDORS, "slack", "github")


def settings_at(url: str, folder: Path, authorities: str) -> Settings:
    """Load settings under which everybody is at ``url``, and these certificates are trusted."""
    sections = "\n".join(one.section(name, url) for name, one in TENANCIES.items())
    file = folder / "aboard.toml"
    file.write_text(DOCUMENT.format(vendors=sections), encoding="utf-8")
    addresses = {"SLACK_API_URL": f"{url}/slack/api", "GITHUB_API_URL": f"{url}/github"}
    given = {"ABOARD_CONFIG": str(file), "TLS_AUTHORITIES": authorities}
    return load(given | addresses | CREDENTIALS)


@asynccontextmanager
async def callers(settings: Settings) -> AsyncIterator[Mapping[str, Call]]:
    """Yield one call of everybody, by name, each with the credential of whoever makes it."""
    trust = settings.trust()
    tools = Tools(clock=lambda: datetime.now(UTC), tls=trust, limits=PATIENT)
    assert settings.github is not None
    async with AsyncExitStack() as stack:
        vendors = await stack.enter_async_context(vendors_on(settings, tools))
        slack = await _open_client(settings, trust, stack)
        github = GitHub(settings.github, tools)
        stack.push_async_callback(github.aclose)
        axolo = vendors["axolo"]
        calls: dict[str, Call] = {name: one.check for name, one in vendors.items()}
        calls["axolo"] = lambda: axolo.provision(PERSON, axolo.access(), None)
        calls["slack"] = slack.auth_test
        calls["github"] = lambda: github.organization("acme")
        assert set(calls) == set(CALLERS)
        yield calls
