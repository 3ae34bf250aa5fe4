"""What the vendors really hold, by their simulators."""

from sandbox.vendors.axolo import Engineer
from tests.faults.office import Office

VENDORS = ("ambition", "appxite", "axiom", "axolo", "ixon")


def holds(office: Office, vendor: str, login: str, mail: str) -> int:
    """Return how many accounts a vendor has for somebody who can use them."""
    server, mail = office.server, mail.casefold()
    if vendor == "axolo":
        return int(server.axolo.engineer(login) is not None)
    if vendor == "axiom":
        users = server.axiom.organization.users.values()
        return [one.email.casefold() for one in users].count(mail)
    if vendor == "ixon":
        return int(server.ixon.user(mail) is not None) + len(server.ixon.invites(mail))
    if vendor == "appxite":
        platform = server.appxite.platform.users.values()
        return [one.profile.email.casefold() for one in platform].count(mail)
    accounts = server.ambition.instance.accounts.values()
    return [one.email.casefold() for one in accounts if one.is_active].count(mail)


def put(office: Office, vendor: str, login: str, mail: str) -> None:
    """Give somebody an account behind the bot's back."""
    server, name = office.server, f"{mail[:3].title()} Lee"
    if vendor == "axolo":
        server.axolo.engineers[login] = Engineer(server.axolo.organization, login, "U0")
    elif vendor == "axiom":
        server.axiom.add(name, mail)
    elif vendor == "ixon":
        server.ixon.add(name, mail)
    elif vendor == "appxite":
        server.appxite.add(name, mail)
    else:
        server.ambition.add(name, mail)
