"""The vendors of which Acme is a customer: one entry each, and all that a bot needs to find it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Protocol

from aiohttp import web

from sandbox.cast import ORGANIZATION
from sandbox.changes import Changes
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.vendors.ambition import Ambition, AmbitionTenant
from sandbox.vendors.appxite import AppXite
from sandbox.vendors.appxite_gateway import AppxiteTenant
from sandbox.vendors.axiom import Axiom
from sandbox.vendors.axiom_model import Token
from sandbox.vendors.axolo import Axolo
from sandbox.vendors.ixon import Ixon, IxonTenant
from sandbox.vendors.journal import Journal

AXOLO_KEY = "axolo-sandbox"
AXIOM_TOKEN = "xaat-sandbox"  # noqa: S105 - opens nothing but this sandbox
IXON = IxonTenant("1000-2000-3000-4000-5000", "appAboard001", "ixon-sandbox", group="Company")
APPXITE = AppxiteTenant(
    "appxite-key-sandbox",
    "aboard",
    "appxite-secret-sandbox",
    "https://portal.acme.example",
    ("org-acme",),
    names={"org-acme": "Acme"},
)
AMBITION = AmbitionTenant("ambition-sandbox")
AMBITION_GROUPS: Mapping[str, Sequence[str]] = MappingProxyType(
    {"Role": ("Account Executive", "Manager"), "Team": ("Dogs", "Cats")}
)
"""The groups there are at Ambition, by type: the bot may give any of them."""


class Simulator(Protocol):
    """A vendor's stand-in, with state; the page shows it under its `title`."""

    title: ClassVar[str]
    faults: Faults
    journal: Journal

    def accounts(self) -> Sequence[Mapping[str, str | float]]:
        """Return every account as the page shows it: `id`, `who`, `access`, `state`.

        `until` may be when an invitation ends, and `slack_id` whose name stands in place of `who`.
        """

    def app(self) -> web.Application:
        """Return the API as a web application, to be mounted under the vendor's name."""


@dataclass(frozen=True)
class Tenancy:
    """One company as the customer of a vendor.

    `make` builds the simulator. `secrets` go into the environment of the company's bot, `settings`
    beside the address into the vendor's section of its aboard.toml, where `{url}` is that address.
    """

    make: Callable[[Changes, Clock], Simulator]
    secrets: Mapping[str, str]
    settings: str = ""

    def section(self, name: str, sandbox: str) -> str:
        """Return the vendor's section, where the sandbox is at this address."""
        url = f"{sandbox}/{name}"
        return f'[vendors.{name}]\nbase_url = "{url}"\n{self.settings.replace("{url}", url)}'


def _groups(groups: Mapping[str, Sequence[str]]) -> str:
    """Return groups by type as what stands between the braces of a TOML table."""
    return ", ".join(f"{kind} = {json.dumps(names)}" for kind, names in groups.items())


TENANCIES: Mapping[str, Tenancy] = MappingProxyType(
    {
        "axolo": Tenancy(
            lambda changes, clock: Axolo(changes, clock, ORGANIZATION, AXOLO_KEY),
            {"AXOLO_API_KEY": AXOLO_KEY},
            f'organization = "{ORGANIZATION}"\n',
        ),
        "axiom": Tenancy(
            lambda changes, clock: Axiom(changes, clock, ORGANIZATION, [Token(AXIOM_TOKEN)]),
            {"AXIOM_TOKEN": AXIOM_TOKEN},
        ),
        "ixon": Tenancy(
            lambda changes, clock: Ixon(changes, clock, IXON),
            {"IXON_TOKEN": IXON.token},
            f'application = "{IXON.application}"\ncompany = "{IXON.company_id}"\n',
        ),
        "appxite": Tenancy(
            lambda changes, clock: AppXite(changes, clock, APPXITE),
            {
                "APPXITE_SUBSCRIPTION_KEY": APPXITE.subscription_key,
                "APPXITE_CLIENT_ID": APPXITE.client_id,
                "APPXITE_CLIENT_SECRET": APPXITE.client_secret,
            },
            f'portal = "{APPXITE.portal}"\non_behalf_of = "{APPXITE.organizations[0]}"\n'
            f'organizations = {{ Acme = "{APPXITE.organizations[0]}" }}\n'
            'token_url = "{url}/connect/token"\nconfirmed = true\n',
        ),
        "ambition": Tenancy(
            lambda changes, clock: Ambition(changes, clock, AMBITION),
            {"AMBITION_TOKEN": AMBITION.token},
            f"allowed_groups = {{ {_groups(AMBITION_GROUPS)} }}\n",
        ),
    }
)
"""By the name of the section, of the prefix here, and of the adapter in Aboard."""
