"""Who acts, and when two accounts are one person."""

from dataclasses import dataclass

from rules.values import normal_email


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as Slack knows them at this moment."""

    slack_id: str
    team_id: str
    email: str | None = None
    is_deleted: bool = False
    is_bot: bool = False
    is_guest: bool = False


def same_mailbox(one: str | None, other: str | None) -> bool:
    """Tell whether both addresses are known and lead to one mailbox."""
    if not one or not other:
        return False
    return normal_email(one) == normal_email(other)


def same_person(one: Actor, other: Actor) -> bool:
    """Tell whether two accounts are one person's: the same id, or the same mailbox."""
    return one.slack_id == other.slack_id or same_mailbox(one.email, other.email)
