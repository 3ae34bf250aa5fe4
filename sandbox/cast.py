"""The company of the sandbox: Acme, its people, three channels, and the app Aboard.

Everybody here is made up. Ids are readable on purpose: Slack promises only their first letter.
"""

from dataclasses import dataclass, field, replace

from sandbox.slack.model import App, Channel, Command, Team, User, UserGroup
from sandbox.slack.state import World

ACME = Team("T0ACME0001", "Acme", "acme")
NORTHWIND = Team("T0NORTHW01", "Northwind", "northwind")
ORGANIZATION = "acme"

LEAD = User(
    "U0AMARA001",
    ACME.id,
    "amara",
    "Amara Okafor",
    "amara@acme.example",
    "Platform lead",
    color="7c3aed",
)
JONAS = User(
    "U0JONAS001",
    ACME.id,
    "jonas",
    "Jonas Lind",
    "jonas@acme.example",
    "IT operations",
    color="0f766e",
)
PRIYA = User(
    "U0PRIYA001",
    ACME.id,
    "priya",
    "Priya Raman",
    "priya@acme.example",
    "IT operations",
    color="b45309",
)
MANAGER = User(
    "U0MARTA001",
    ACME.id,
    "marta",
    "Marta Nowak",
    "marta@acme.example",
    "Engineering manager",
    color="1d4ed8",
)
ADA = User(
    "U0ADAMOR01", ACME.id, "ada", "Ada Moreno", "ada@acme.example", "Engineer, new", color="be185d"
)
KENJI = User(
    "U0KENJI001",
    ACME.id,
    "kenji",
    "Kenji Mori",
    "kenji@acme.example",
    "Engineer, new",
    color="15803d",
)
LENA = User(
    "U0LENAF001",
    ACME.id,
    "lena",
    "Lena Fischer",
    "lena@acme.example",
    "Analyst, new",
    color="a21caf",
)
TOMAS = User(
    "U0TOMAS001", ACME.id, "tomas", "Tomás Silva", "tomas@acme.example", "Engineer", color="c2410c"
)
NOAH = User(
    "U0NOAHWE01",
    ACME.id,
    "noah",
    "Noah Weiss",
    "noah@acme.example",
    "Account executive, new",
    color="0e7490",
)
FEMI = User(
    "U0FEMIAD01",
    ACME.id,
    "femi",
    "Femi Adeyemi",
    "femi@acme.example",
    "Sales operations",
    color="9d174d",
)
GUEST = User(
    "U0INESD001",
    ACME.id,
    "ines",
    "Ines Duarte",
    "ines@studio.example",
    "Contractor",
    is_restricted=True,
    color="4b5563",
)
GONE = User(
    "U0OSKAR001",
    ACME.id,
    "oskar",
    "Oskar Berg",
    "oskar@acme.example",
    "Engineer",
    deleted=True,
    color="6b7280",
)
STRANGER = User(
    "U0NOORH001",
    NORTHWIND.id,
    "noor",
    "Noor Haddad",
    "noor@northwind.example",
    "Partner",
    color="0369a1",
)
OTHER_BOT = User("U0DEPLOY01", ACME.id, "deploybot", "Deploybot", is_bot=True, color="334155")
ABOARD = User("U0ABOARD01", ACME.id, "aboard", "Aboard", is_bot=True, color="4a154b")

MEMBERS = (LEAD, JONAS, PRIYA, MANAGER, ADA, KENJI, LENA, TOMAS, NOAH, FEMI)
IT_OPS = UserGroup("S0ITOPS001", "it-ops", "IT operations", [JONAS.id, PRIYA.id])
LEADS = UserGroup("S0LEADS001", "leads", "Team leads", [LEAD.id])

COMMANDS = (
    Command(
        "/onboard",
        "Ask for a person's accounts at the vendors",
        "[@person] [github-login] [profile]",
    ),
    Command("/offboard", "Ask to remove all of a person's accounts", "[@person]"),
    Command(
        "/aboard",
        "See requests, their history and their reasons",
        "help | status | digest | history | export | evidence | why | cancel | check",
    ),
)
SCOPES = frozenset(
    {
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)
APP = App(
    id="A0ABOARD01",
    bot_id="B0ABOARD01",
    bot_user_id=ABOARD.id,
    name="Aboard",
    bot_token="xoxb-sandbox",  # noqa: S106 - opens nothing but this sandbox
    app_token="xapp-sandbox",  # noqa: S106 - likewise
    signing_secret="sandbox-signing-secret",  # noqa: S106 - likewise
    verification_token="sandbox-verification",  # noqa: S106 - likewise
    scopes=SCOPES,
    events=frozenset({"app_home_opened"}),
    commands=COMMANDS,
)

LOGINS = {
    LEAD.id: "amara-okafor",
    JONAS.id: "jlind",
    PRIYA.id: "praman",
    MANAGER.id: "marta-n",
    ADA.id: "octocat",
    KENJI.id: "kenji-mori",
    LENA.id: "lena-f",
    TOMAS.id: "tsilva",
    NOAH.id: "noahweiss",
    FEMI.id: "femi-a",
}


@dataclass(frozen=True)
class Cast:
    """A world, the GitHub logins of its people, and who plays which part.

    `seller` is new and needs every vendor; `keeper` does by hand what AppXite has no call for.
    """

    world: World
    lead: User
    manager: User
    ops: tuple[User, User]
    group: UserGroup
    leads: UserGroup
    newcomers: tuple[User, User, User]
    colleague: User
    seller: User
    keeper: User
    guest: User
    gone: User
    stranger: User
    other_bot: User
    app: User
    requests: str = "C0REQUEST1"
    organization: str = ORGANIZATION
    logins: dict[str, str] = field(default_factory=lambda: dict(LOGINS))


def acme() -> Cast:
    """Return the company in its first state; each call gives people of their own."""
    everybody = [*MEMBERS, GUEST, GONE, STRANGER, OTHER_BOT, ABOARD]
    here = [user.id for user in MEMBERS]
    channels = [
        Channel(
            "C0REQUEST1",
            "access-requests",
            [*here, ABOARD.id],
            topic="Who gets which account",
        ),
        Channel(
            "C0GENERAL1",
            "general",
            [*here, GUEST.id, ABOARD.id, OTHER_BOT.id],
            topic="Everything that concerns everybody",
            is_general=True,
        ),
        Channel(
            "C0ENGINEE1",
            "engineering",
            [*here, STRANGER.id, ABOARD.id],
            topic="Shared with Northwind",
            shared_with=[NORTHWIND.id],
        ),
    ]
    return _cast(everybody, channels)


def _cast(people: list[User], channels: list[Channel]) -> Cast:
    own = {user.id: replace(user) for user in people}
    group = replace(IT_OPS, users=list(IT_OPS.users))
    leads = replace(LEADS, users=list(LEADS.users))
    world = World(ACME, APP, list(own.values()), channels, [group, leads], [NORTHWIND])
    return Cast(
        world,
        lead=own[LEAD.id],
        manager=own[MANAGER.id],
        ops=(own[JONAS.id], own[PRIYA.id]),
        group=group,
        leads=leads,
        newcomers=(own[ADA.id], own[KENJI.id], own[LENA.id]),
        colleague=own[TOMAS.id],
        seller=own[NOAH.id],
        keeper=own[FEMI.id],
        guest=own[GUEST.id],
        gone=own[GONE.id],
        stranger=own[STRANGER.id],
        other_bot=own[OTHER_BOT.id],
        app=own[ABOARD.id],
    )
