"""People by the dozen: whoever comes on board, with somebody of their own who asks for it."""

from dataclasses import dataclass

from sandbox.parts import Server
from sandbox.slack.model import User


@dataclass(frozen=True)
class Newcomer:
    """Somebody new, their GitHub login, and who asks for their accounts."""

    user: User
    login: str
    manager: User

    @property
    def command(self) -> str:
        """What the manager types after `/onboard`."""
        return f"<@{self.user.id}|{self.user.name}> {self.login} engineer"


def hire(server: Server, number: int) -> Newcomer:
    """Hire a newcomer and a manager into the workspace, and the newcomer at GitHub."""
    user, manager = _join(server, f"new{number}"), _join(server, f"boss{number}")
    server.github.add(f"{user.name}-hub", user.real_name)
    return Newcomer(user, f"{user.name}-hub", manager)


def hire_approver(server: Server, number: int) -> User:
    """Hire somebody into the group of approvers, before the bots have asked who is in it."""
    user = _join(server, f"decider{number}")
    server.cast.group.users.append(user.id)
    return user


def _join(server: Server, name: str) -> User:
    state = server.workspace.state
    user = User(
        f"U0{name.upper()}", state.team.id, name, f"{name.title()} Doe", f"{name}@acme.example"
    )
    state.directory.users[user.id] = user
    general = state.directory.channel(server.workspace.channel("#general"))
    general.members.append(user.id)
    return user
