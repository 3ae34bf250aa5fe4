"""What an Ambition instance consists of: accounts, and groups of a type that hold them.

Sources, read 2026-11: https://help.ambition.com/hc/en-us/articles/360005011731 (an account is
named by its username and is in one group of each type), /360003062472 (an address is unique, and
is never overwritten), /360030796331 (the type "Role" is built in). Usernames are told apart by
case, addresses are not: the harder choice where nothing is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sandbox.faults import Faults
from sandbox.vendors.ambition_answers import (
    BLANK,
    NOT_A_NUMBER,
    NOT_BOOLEAN,
    NOT_TEXT,
    NOT_UNIQUE,
    REQUIRED,
    Errors,
)

ROLE = "Role"
NAMES = ("username", "email", "first_name", "last_name")
FLAGS = ("is_active", "is_manager")

Row = Mapping[str, object]


@dataclass
class AmbitionAccount:
    """Somebody; `groups` holds one group for each type, `unseen_reads` is for lists that lag."""

    id: int
    username: str
    email: str
    first_name: str
    last_name: str
    is_active: bool = True
    is_manager: bool = False
    time_zone: str = "US/Eastern"
    superior: int | None = None
    groups: dict[str, str] = field(default_factory=dict)
    unseen_reads: int = 0


@dataclass
class Instance:
    """Everything in one instance: accounts by username, and the names of groups by type."""

    faults: Faults
    accounts: dict[str, AmbitionAccount] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=lambda: {ROLE: set()})
    last_id: int = 1000

    def draft(self) -> "Instance":
        """Return a copy to try changes on."""
        groups = {kind: set(names) for kind, names in self.groups.items()}
        return replace(self, accounts=dict(self.accounts), groups=groups)

    def take(self, draft: "Instance") -> None:
        """Make a draft come true."""
        self.accounts, self.groups = draft.accounts, draft.groups
        self.last_id = draft.last_id

    def upsert(self, row: Row) -> Errors:
        """Create or update the account a row names; return what is wrong with the row."""
        known = self.accounts.get(str(row.get("username") or ""))
        errors = checked(row, NAMES if known is None else ("username",))
        errors |= self._address_taken(row, known)
        if errors:
            return errors
        account = self._new(row) if known is None else replace(known)
        write(account, row)
        self.accounts[account.username] = account
        return {}

    def assign(self, username: str, kind: str, group: str) -> None:
        """Put an account into a group, out of the one of that type it was in."""
        self.groups.setdefault(kind, set()).add(group)
        account = self.accounts[username]
        held = account.groups | {kind: group}
        self.accounts[username] = replace(account, groups=held)

    def revoke(self, username: str, kind: str) -> None:
        """Take an account out of its group of this type."""
        account = self.accounts[username]
        held = {one: group for one, group in account.groups.items() if one != kind}
        self.accounts[username] = replace(account, groups=held)

    def listed(self) -> list[AmbitionAccount]:
        """Return whom a list shows now; who lags comes one list nearer."""
        seen = [one for one in self.accounts.values() if one.unseen_reads == 0]
        for one in self.accounts.values():
            one.unseen_reads = max(0, one.unseen_reads - 1)
        return seen

    def _new(self, row: Row) -> AmbitionAccount:
        self.last_id += 1
        username, email, first, last = (str(row[name]) for name in NAMES)
        account = AmbitionAccount(self.last_id, username, email, first, last)
        account.unseen_reads = self.faults.lagging_reads
        return account

    def _address_taken(self, row: Row, known: AmbitionAccount | None) -> Errors:
        wanted = str(row.get("email") or "").casefold()
        others = (one for one in self.accounts.values() if one is not known)
        if wanted and any(one.email.casefold() == wanted for one in others):
            return {"email": [NOT_UNIQUE]}
        return {}


def checked(row: Row, required: tuple[str, ...]) -> Errors:
    """Return what is wrong with the fields of a row."""
    errors: Errors = {name: [REQUIRED] for name in required if name not in row}
    for name in NAMES:
        if name in row and (wrong := _wrong_text(row[name])):
            errors[name] = [wrong]
    for name in FLAGS:
        if name in row and not isinstance(row[name], bool):
            errors[name] = [NOT_BOOLEAN]
    superior = row.get("superior")
    if superior is not None and not str(superior).isdecimal():
        errors["superior"] = [NOT_A_NUMBER]
    if "email" not in errors and str(row.get("email", "@")).count("@") != 1:
        errors["email"] = ["Enter a valid email address."]
    return errors


def _wrong_text(value: object) -> str | None:
    if not isinstance(value, str):
        return NOT_TEXT
    return None if value.strip() else BLANK


def write(account: AmbitionAccount, row: Row) -> None:
    """Change what a row names; the username and the address stay."""
    account.first_name = str(row.get("first_name", account.first_name))
    account.last_name = str(row.get("last_name", account.last_name))
    account.time_zone = str(row.get("time_zone", account.time_zone))
    account.is_active = bool(row.get("is_active", account.is_active))
    account.is_manager = bool(row.get("is_manager", account.is_manager))
    superior = row.get("superior", account.superior)
    account.superior = int(str(superior)) if superior is not None else None
