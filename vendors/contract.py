"""The contract every vendor keeps: what is asked of it, and what it answers.

`find` says what is, `plan` and `plan_removal` say what would happen (pure, never failing, so that
an approval card can show it), `provision` and `deprovision` make it so. The writes take what `find`
said just now: looking first is not a habit but a parameter, and makes them safe to repeat.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias, TypeVar, runtime_checkable

from pydantic import BaseModel

from vendors.errors import VendorError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Person:
    """What the vendors identify a person by. An empty string or None means unknown."""

    slack_id: str
    email: str
    given_name: str
    family_name: str
    github_login: str | None = None
    github_id: int | None = None

    @property
    def name(self) -> str:
        """The full name, or what stands before the ``@`` where no name is known."""
        full = f"{self.given_name} {self.family_name}".strip()
        return full or self.email.partition("@")[0]


class AccountState(StrEnum):
    """Whether an account can be used."""

    ACTIVE = "active"
    PENDING = "pending"  # invited; the person has not accepted
    INACTIVE = "inactive"  # kept by the vendor, closed to the person


@dataclass(frozen=True, slots=True)
class Account:
    """A person's identity at one vendor.

    ``id`` is the vendor's own, ``who`` what the vendor knows the person by (an e-mail, a login).
    ``access`` is for people ("user"); ``access_keys`` are for comparison, sorted, the vendor's ids.
    ``expires_at`` is when an invitation or an access ends, where the vendor says so.
    ``protected`` completes "it is …" where the account must be neither lowered nor removed.
    """

    id: str
    who: str
    access: str
    access_keys: tuple[str, ...] = ()
    state: AccountState = AccountState.ACTIVE
    expires_at: datetime | None = None
    protected: str | None = None

    @property
    def pending(self) -> bool:
        """Whether the person has been invited and has not accepted."""
        return self.state is AccountState.PENDING


class Effect(StrEnum):
    """What a write would do to an account."""

    CREATE = "create"
    INVITE = "invite"
    CHANGE = "change"
    KEEP = "keep"  # already so
    REMOVE = "remove"
    ABSENT = "absent"  # nothing to remove
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Change:
    """What a write would do: shown before approval and bound to it, hence the same every time.

    ``before`` and ``after`` are accesses as people read them. ``verifiable`` says whether the
    vendor can be asked afterwards. ``completes`` says of a change that nothing of what is to be
    given is seen yet, and nothing else is seen to be taken: a creation that stopped halfway leaves
    an account like that. No sentence here names the person.
    """

    effect: Effect
    detail: str
    before: str | None = None
    after: str | None = None
    risks: tuple[str, ...] = ()
    verifiable: bool = True
    completes: bool = False


class Result(StrEnum):
    """How a write ended. What went wrong is not a result but a ``VendorError``."""

    DONE = "done"  # the vendor changed something, and a look-up confirmed it
    UNCHANGED = "unchanged"  # it was already so
    INVITED = "invited"  # accepted; the person must act
    UNVERIFIED = "unverified"  # the vendor said yes, and offers no way to look
    ACTION_REQUIRED = "action_required"  # a human must finish it; `detail` says how


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write ended in; ``detail`` is one short sentence that a manager can read."""

    result: Result
    detail: str
    account: Account | None = None


End: TypeAlias = Outcome | VendorError


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that an access field may take here, and how people call it.

    The value is what a profile would say: the model of the access takes it, and so do people who
    read a plan (README.md, "An access as a form").
    """

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Rate:
    """A published limit: so many calls in so many seconds."""

    calls: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Traits:
    """What a vendor's interface offers: the vendor matrix is drawn from this.

    ``check``: the credential can be proven without a change. ``find``: a person can be looked up.
    ``list``: all accounts can be listed. ``remove``: an account can be removed. ``verify``: a write
    can be confirmed. ``invites``: the person must accept. ``rate``: None where unpublished.
    ``page`` is the vendor's document, read on ``read_on``; ``notes`` are what surprises people.
    ``many``: one call takes many people. ``calls`` are those of one step as a rule, a look, a write
    and a look whether it is so: a published limit is shared out by them.
    ``resend``: an invitation can be mailed again; the vendor is a ``Resending`` one then.
    ``settle``: the seconds after which a look shows what was written, assumed where no page says.
    """

    check: bool
    find: bool
    list: bool
    remove: bool
    verify: bool
    invites: bool
    rate: Rate | None
    page: str
    read_on: date
    notes: tuple[str, ...] = ()
    many: bool = False
    calls: int = 3
    resend: bool = False
    settle: int = 30


AccessT_contra = TypeVar("AccessT_contra", bound=BaseModel, contravariant=True)


class Vendor(Protocol[AccessT_contra]):
    """A product in which people have accounts. Every failure is a ``VendorError``."""

    name: ClassVar[str]
    title: ClassVar[str]
    access: ClassVar[type[BaseModel]]
    settings: ClassVar[type[BaseModel]]
    secrets: ClassVar["Mapping[str, str]"]
    needs: ClassVar[frozenset[str]]
    traits: ClassVar[Traits]

    async def check(self) -> None:
        """Prove the credential, changing nothing; raise ``CredentialError`` where it is refused."""

    async def find(self, person: Person) -> Account | None:
        """Return the one account of ``person``, matched exactly and regardless of case.

        Two matches raise ``RejectedError``. A vendor that cannot look up returns None, and says so
        in its traits.
        """

    def plan(self, person: Person, access: AccessT_contra, found: Account | None) -> Change:
        """Say what ``provision`` would do. Pure, and the same for the same arguments."""

    def plan_removal(self, person: Person, found: Account | None) -> Change:
        """Say what ``deprovision`` would do. Pure, and the same for the same arguments."""

    async def provision(
        self, person: Person, access: AccessT_contra, found: Account | None
    ) -> Outcome:
        """Give ``person`` exactly ``access``; ``found`` is what ``find`` said just now."""

    async def provision_many(
        self, people: "Sequence[tuple[Person, AccessT_contra, Account | None]]"
    ) -> list[End]:
        """Give everybody exactly their access; ``found`` is what ``find`` said just now.

        One end each, in the same order: an outcome, or the error that this person ended in. One
        person's error is nobody else's; a refusal of a vendor that was asked for many at once is
        followed by single calls. Nobody may be named twice: the second time ends in
        ``RejectedError``.
        """

    async def deprovision(self, person: Person, found: Account | None) -> Outcome:
        """Take the account away; ``found`` is what ``find`` said just now."""

    def accounts(self) -> AsyncIterator[Account]:
        """Yield everybody the vendor knows; ``RejectedError`` where it offers no list."""

    async def choices(self, field: str, query: str) -> list[Choice]:
        """Return what the access field may be set to, where the label or value holds ``query``.

        ``ValueError`` where the access has no such field.
        """

    async def aclose(self) -> None:
        """Let the connections go."""


@runtime_checkable
class Resending(Protocol):
    """A vendor that can mail an invitation again, as ``traits.resend`` says of it."""

    async def resend(self, person: Person, found: Account | None) -> Outcome:
        """Mail the invitation again; ``found`` is what ``find`` said just now.

        INVITED, with the account as it is then; UNCHANGED where there is no invitation to mail.
        """
        ...


AnyVendor: TypeAlias = Vendor[Any]  # which access fits is known by `access`, at run time


def missing(needs: frozenset[str], person: Person) -> tuple[str, ...]:
    """Return, sorted, the fields of ``person`` that are needed and unknown."""
    return tuple(sorted(field for field in needs if not getattr(person, field)))
