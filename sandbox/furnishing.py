"""What Acme has at its vendors on the first day: administrators, roles, groups, a colleague.

A vendor's own simulator begins with what every customer finds there; this is what one company has
made of it.
"""

from sandbox.parts import Server
from sandbox.slack.model import User
from sandbox.tenancies import AMBITION_GROUPS

MANAGER, DOGS, CATS = "Manager", "Dogs", "Cats"


def furnish(server: Server) -> None:
    """Put Acme's people, roles and groups into every vendor."""
    _axiom(server)
    _github(server)
    _ixon(server)
    _appxite(server)
    _ambition(server)


def _axiom(server: Server) -> None:
    cast = server.cast
    for user in (cast.lead, *cast.ops):
        role = "owner" if user is cast.lead else "admin"
        server.axiom.add(user.real_name, user.email, role)


def _github(server: Server) -> None:
    for user_id, login in server.cast.logins.items():
        server.github.add(login, server.workspace.user(user_id).real_name)


def _ixon(server: Server) -> None:
    ixon, cast = server.ixon, server.cast
    engineer = ixon.company.add_role("Engineer")
    ixon.company.add_group("Press 7")
    ixon.add(cast.lead.real_name, cast.lead.email, ixon.administrator)
    ixon.add(cast.colleague.real_name, cast.colleague.email, engineer)


def _appxite(server: Server) -> None:
    appxite, keeper = server.appxite, server.cast.keeper
    appxite.platform.add_role("Viewer", 5)
    appxite.add(keeper.real_name, keeper.email, appxite.manager)


def _ambition(server: Server) -> None:
    groups = {kind: set(names) for kind, names in AMBITION_GROUPS.items()}
    server.ambition.instance.groups.update(groups)
    _assign(server, server.cast.keeper, {"Role": MANAGER, "Team": CATS})


def _assign(server: Server, user: User, groups: dict[str, str]) -> None:
    username = server.ambition.add(user.real_name, user.email).username
    for kind, group in groups.items():
        server.ambition.assign(username, kind, group)
