"""The parts of a running sandbox, and what a bot needs to know to live in it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sandbox.cast import Cast
from sandbox.changes import Changes
from sandbox.passing import Passing
from sandbox.slack.web_api import WebApi
from sandbox.slack.workspace import Workspace
from sandbox.switches import Switch
from sandbox.tenancies import TENANCIES, Simulator
from sandbox.vendors.ambition import Ambition
from sandbox.vendors.appxite import AppXite
from sandbox.vendors.axiom import Axiom
from sandbox.vendors.axolo import Axolo
from sandbox.vendors.github import GitHub
from sandbox.vendors.ixon import Ixon

GITHUB_TOKEN = "github-sandbox"  # noqa: S105 - opens nothing but this sandbox

T = TypeVar("T")
Kill = Callable[[], Awaitable[None]]

CONFIGURATION = """\
[slack]
channel = "{channel}"

[approval]
approvers = ["{lead}", "{group}"]
threshold = 1
expires_after = "72h"

[approval.by_hand]
appxite = ["{keeper}"]

{vendors}
[profiles.engineer]
title = "Engineer"
axolo = {{}}
axiom = {{ role = "user" }}

[profiles.analyst]
title = "Analyst"
axiom = {{ role = "read-only" }}

[profiles.seller]
title = "Seller"
axolo = {{}}
axiom = {{ role = "user" }}
ixon = {{ grants = [{{ group = "Company", role = "Engineer" }}] }}
appxite = {{ organizations = ["Acme"], role = "Viewer" }}
ambition = {{ groups = {{ Role = "Account Executive", Team = "Dogs" }} }}

[profiles.auditor]
title = "Auditor"
axiom = {{ role = "read-only" }}

[profiles.manager]
title = "Manager"
axolo = {{}}
axiom = {{ role = "user" }}

[people]
protected = ["{leads}"]
operators = ["{group}"]

[[rules]]
name = "auditors"
when = {{ action = "onboard", profile = "auditor" }}
automatic = true

[[rules]]
name = "managers"
when = {{ action = "onboard", profile = "manager" }}
stages = [
    {{ title = "IT operations", approvers = ["{group}"] }},
    {{ title = "Team leads", approvers = ["{leads}"] }},
]

[[rules]]
name = "managers-leave"
when = {{ action = "offboard", profile = "manager" }}
confidential = true
"""


@dataclass
class BotLight:
    """What the page shows of the bot's process; whoever runs it keeps it true."""

    up: bool = True
    restarts: int = 0


@dataclass
class Server:
    """Everything that runs, and what the bot needs to know to live in it."""

    cast: Cast
    changes: Changes
    workspace: Workspace
    slack: WebApi
    github: GitHub
    vendors: Mapping[str, Simulator]
    switches: list[Switch] = field(default_factory=list)
    kill: Kill | None = None
    passing: Passing | None = None
    bot: BotLight = field(default_factory=BotLight)
    url: str = ""

    def of(self, kind: type[T]) -> T:
        """Return the simulator of this class; raises LookupError where there is none."""
        for one in self.vendors.values():
            if isinstance(one, kind):
                return one
        raise LookupError(kind.__name__)

    @property
    def axolo(self) -> Axolo:
        """Axolo's simulator."""
        return self.of(Axolo)

    @property
    def axiom(self) -> Axiom:
        """Axiom's simulator."""
        return self.of(Axiom)

    @property
    def ixon(self) -> Ixon:
        """IXON's simulator."""
        return self.of(Ixon)

    @property
    def appxite(self) -> AppXite:
        """AppXite's simulator."""
        return self.of(AppXite)

    @property
    def ambition(self) -> Ambition:
        """Ambition's simulator."""
        return self.of(Ambition)

    def connect(self, bot_url: str) -> None:
        """Send what happens in Slack to this request URL."""
        self.workspace.http.request_url = bot_url

    def light(self, *, up: bool, restarts: int) -> None:
        """Show on the page whether the bot's process is up."""
        self.bot = BotLight(up, restarts)
        self.changes.happened()

    def environment(self) -> dict[str, str]:
        """Return the environment of a bot that lives in this sandbox."""
        app = self.workspace.state.app
        return {
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_SIGNING_SECRET": app.signing_secret,
            "SLACK_APP_TOKEN": app.app_token,
            "SLACK_API_URL": f"{self.url}/slack/api/",
            "GITHUB_TOKEN": GITHUB_TOKEN,
            "GITHUB_API_URL": f"{self.url}/github",
            **{name: value for one in TENANCIES.values() for name, value in one.secrets.items()},
        }

    def configuration(self) -> str:
        """Return the aboard.toml of a bot that lives in this sandbox."""
        return CONFIGURATION.format(
            channel=self.cast.requests,
            lead=self.cast.lead.id,
            group=self.cast.group.id,
            leads=self.cast.leads.id,
            keeper=self.cast.keeper.id,
            vendors="\n".join(one.section(name, self.url) for name, one in TENANCIES.items()),
        )
