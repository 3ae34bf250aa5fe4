"""The parts of a running sandbox, and what a bot needs to know to live in it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sandbox.cast import Cast
from sandbox.changes import Changes
from sandbox.slack.web_api import WebApi
from sandbox.slack.workspace import Workspace
from sandbox.switches import Switch
from sandbox.vendors.ambition import Ambition, AmbitionTenant
from sandbox.vendors.appxite import AppXite
from sandbox.vendors.appxite_gateway import AppxiteTenant
from sandbox.vendors.axiom import Axiom
from sandbox.vendors.axolo import Axolo
from sandbox.vendors.github import GitHub
from sandbox.vendors.ixon import Ixon, IxonTenant

AXOLO_KEY = "axolo-sandbox"
AXIOM_TOKEN = "xaat-sandbox"  # noqa: S105 - opens nothing but this sandbox
GITHUB_TOKEN = "github-sandbox"  # noqa: S105 - likewise
IXON = IxonTenant("1000-2000-3000-4000-5000", "appAboard001", "ixon-sandbox", group="Company")
APPXITE = AppxiteTenant(
    "appxite-key-sandbox",
    "aboard",
    "appxite-secret-sandbox",
    "https://portal.acme.example",
    ("org-acme",),
)
AMBITION = AmbitionTenant("ambition-sandbox")

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

[vendors.axolo]
organization = "{organization}"
base_url = "{url}/axolo"

[vendors.axiom]
base_url = "{url}/axiom"

[vendors.ixon]
application = "{ixon.application}"
company = "{ixon.company_id}"
base_url = "{url}/ixon"

[vendors.appxite]
base_url = "{url}/appxite"
portal = "{appxite.portal}"
on_behalf_of = "{appxite.organizations[0]}"
organizations = {{ Acme = "{appxite.organizations[0]}" }}
token_url = "{url}/appxite/connect/token"
confirmed = true

[vendors.ambition]
base_url = "{url}/ambition"

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
    axolo: Axolo
    axiom: Axiom
    github: GitHub
    ixon: Ixon
    appxite: AppXite
    ambition: Ambition
    switches: list[Switch]
    kill: Kill | None = None
    bot: BotLight = field(default_factory=BotLight)
    url: str = ""

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
            "AXOLO_API_KEY": AXOLO_KEY,
            "AXIOM_TOKEN": AXIOM_TOKEN,
            "IXON_TOKEN": IXON.token,
            "APPXITE_SUBSCRIPTION_KEY": APPXITE.subscription_key,
            "APPXITE_CLIENT_ID": APPXITE.client_id,
            "APPXITE_CLIENT_SECRET": APPXITE.client_secret,
            "AMBITION_TOKEN": AMBITION.token,
            "GITHUB_TOKEN": GITHUB_TOKEN,
            "GITHUB_API_URL": f"{self.url}/github",
        }

    def configuration(self) -> str:
        """Return the aboard.toml of a bot that lives in this sandbox."""
        return CONFIGURATION.format(
            channel=self.cast.requests,
            lead=self.cast.lead.id,
            group=self.cast.group.id,
            keeper=self.cast.keeper.id,
            organization=self.cast.organization,
            url=self.url,
            ixon=IXON,
            appxite=APPXITE,
        )
