"""What people do at a vendor beside Slack: follow the link in a mail, block somebody in a portal.

An act names the states of the accounts it is offered for, as the vendor's panel shows them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.parts import Server
from sandbox.vendors.appxite import STATES
from sandbox.vendors.appxite_model import ACTIVE, NEW


@dataclass(frozen=True)
class Act:
    """One thing that can be done to an account; `do` takes the account's id."""

    id: str
    label: str
    states: frozenset[str]
    do: Callable[[str], object]


def acts(server: Server) -> dict[str, tuple[Act, ...]]:
    """Return the acts of each vendor that has some, by its name."""
    ixon, appxite = server.ixon, server.appxite

    def invited(invite_id: str) -> str:
        return ixon.company.invites[invite_id].email

    def user(user_id: str) -> str:
        return appxite.platform.users[user_id].profile.email

    return {
        "ixon": (
            Act("accept", "Accept", frozenset({"invited"}), lambda one: ixon.accept(invited(one))),
            Act("expire", "Expire", frozenset({"invited"}), lambda one: ixon.expire(invited(one))),
        ),
        "appxite": (
            Act(
                "accept", "Confirm", frozenset({STATES[NEW]}), lambda one: appxite.accept(user(one))
            ),
            Act(
                "block",
                "Block",
                frozenset({STATES[NEW], STATES[ACTIVE]}),
                lambda one: appxite.block(user(one)),
            ),
        ),
    }


def act(server: Server, vendor: str, account: str, wanted: str) -> None:
    """Do what is offered for an account; raises LookupError where it is not."""
    offered = (one for one in acts(server).get(vendor, ()) if one.id == wanted)
    found = next(offered, None)
    if found is None:
        raise LookupError(f"Nobody can {wanted} at {vendor}.")
    try:
        found.do(account)
    except KeyError as error:
        raise LookupError(f"This account is no longer at {vendor}.") from error
