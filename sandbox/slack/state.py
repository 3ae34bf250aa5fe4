"""Everything one workspace remembers, put together once."""

from dataclasses import dataclass, field

from sandbox.changes import Changes
from sandbox.clock import Clock, Ids, Timestamps
from sandbox.slack.directory import Directory
from sandbox.slack.files import Files
from sandbox.slack.hooks import Hooks
from sandbox.slack.messages import Messages
from sandbox.slack.model import ApiCall, App, Channel, Delivery, Team, User, UserGroup
from sandbox.slack.triggers import Triggers
from sandbox.slack.views import Views

SLACKBOT = "USLACKBOT"


@dataclass
class World:
    """Who and what a workspace starts with."""

    team: Team
    app: App
    users: list[User]
    channels: list[Channel]
    groups: list[UserGroup]
    other_teams: list[Team] = field(default_factory=list)


class State:
    """The workspace's memory, and its journals."""

    def __init__(self, world: World, changes: Changes, clock: Clock) -> None:
        ids = Ids(world.team.id)
        self.team = world.team
        self.teams = {team.id: team for team in [world.team, *world.other_teams]}
        self.app = world.app
        self.clock = clock
        self.changes = changes
        self.ids = ids
        self.timestamps = Timestamps(clock)
        self.directory = Directory(world.users, world.channels, world.groups, ids)
        self.messages = Messages(changes, self.timestamps, ids)
        self.files = Files(changes, clock, ids)
        self.views = Views(changes, clock, ids)
        self.triggers = Triggers(clock, ids, "1042")
        self.hooks = Hooks(clock, ids)
        self.former_tokens = set[str]()
        """Bot tokens that Slack takes as well, until they are revoked."""
        self.is_installed = True
        """Whether the app is; where it is not, none of its tokens counts."""
        self.scopes = set(world.app.scopes)
        self.base_url = ""
        self.calls: list[ApiCall] = []
        self.deliveries: list[Delivery] = []
        self.complaints: list[str] = []

    def complain(self, sentence: str) -> None:
        """Remember something Slack would let pass and a reader would not like."""
        self.complaints.append(sentence)
        self.changes.happened()
