"""Four small vendors that keep the contract, one for each way in which the real ones differ.

`Clear` can be looked up and does everything; `Blind` can not be looked up; `Guest` invites, and an
invitation ends; `Desk` removes nobody by a call.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import ClassVar, Never

from pydantic import BaseModel

from tests.life.points import point
from tests.life.products import Fault, Product, Seat
from vendors.contract import (
    Account,
    AccountState,
    Change,
    Choice,
    Effect,
    End,
    Outcome,
    Person,
    Result,
    Traits,
)
from vendors.errors import (
    AmbiguousError,
    ForbiddenError,
    RateLimitError,
    RejectedError,
    UnavailableError,
    VendorError,
)
from workflow.clock import HOUR, as_datetime

A_WEEK = 7 * 24 * HOUR
BUSY_FOR = 90.0


class Access(BaseModel):
    """The one thing that can be asked for."""

    role: str = "user"


def _traits(*, find: bool = True, remove: bool = True, invites: bool = False) -> Traits:
    return Traits(
        check=True, find=find, list=find, remove=remove, verify=find, invites=invites, rate=None,
        page="https://example.com", read_on=date(2026, 11, 1), resend=invites,
    )  # fmt: skip


class Clear:
    """A product that can be looked up, and that does what it is asked."""

    name: ClassVar[str] = "clear"
    title: ClassVar[str] = "Clear"
    access: ClassVar[type[BaseModel]] = Access
    settings: ClassVar[type[BaseModel]] = Access
    secrets: ClassVar[Mapping[str, str]] = {}
    needs: ClassVar[frozenset[str]] = frozenset({"email"})
    traits: ClassVar[Traits] = _traits()

    def __init__(self, product: Product) -> None:
        self._product = product

    async def check(self) -> None:
        """Have nothing to prove."""

    async def find(self, person: Person) -> Account | None:
        await point("before a look")
        fault = self._product.look_faults.pop(0) if self._product.look_faults else None
        if fault is not None:
            self._fail(fault)
        seat = self._product.look(person.email)
        await point("after a look")
        return self._account(person.email, seat) if seat else None

    def plan(self, person: Person, access: Access, found: Account | None) -> Change:  # noqa: ARG002 - the contract gives it
        role = access.role
        risks = ("This role may do everything.",) if role == "admin" else ()
        if found is None:
            effect = Effect.INVITE if self.traits.invites else Effect.CREATE
            return Change(effect, f"Give the role {role}.", None, role, risks)
        if found.access_keys == (role,) and found.state is not AccountState.INACTIVE:
            return Change(Effect.KEEP, f"The role is {role} already.", role, role)
        if found.access_keys == (role,):
            return Change(Effect.INVITE, f"Invite again as {role}.", role, role, risks)
        return Change(Effect.CHANGE, f"Change the role to {role}.", found.access, role, risks)

    def plan_removal(self, person: Person, found: Account | None) -> Change:  # noqa: ARG002 - the contract gives it
        if found is not None and not self.traits.remove:
            return Change(Effect.BY_HAND, "Close the account by hand.", found.access)
        if found is not None:
            return Change(Effect.REMOVE, f"Remove the role {found.access}.", found.access)
        if not self.traits.find:
            return Change(Effect.REMOVE, "Remove whoever is there.", verifiable=False)
        return Change(Effect.ABSENT, "There is no account to remove.")

    async def provision(self, person: Person, access: Access, found: Account | None) -> Outcome:
        change = self.plan(person, access, found)
        if change.effect is Effect.KEEP:
            return Outcome(Result.UNCHANGED, change.detail, found)
        invited = self.traits.invites and (found is None or found.state is not AccountState.ACTIVE)
        until = self._product.clock() + A_WEEK if invited else None
        return await self._write(person.email, Seat(access.role, invited, until))

    async def provision_many(
        self, people: Sequence[tuple[Person, Access, Account | None]]
    ) -> list[End]:
        ends: list[End] = []
        for person, access, found in people:
            try:
                ends.append(await self.provision(person, access, found))
            except VendorError as error:
                ends.append(error)
        return ends

    async def deprovision(self, person: Person, found: Account | None) -> Outcome:
        change = self.plan_removal(person, found)
        if change.effect is Effect.ABSENT:
            return Outcome(Result.UNCHANGED, change.detail)
        if change.effect is Effect.BY_HAND:
            return Outcome(Result.ACTION_REQUIRED, change.detail, found)
        return await self._write(person.email, None)

    async def resend(self, person: Person, found: Account | None) -> Outcome:
        seat = self._product.seats.get(person.email)
        if found is None or seat is None or not seat.is_invited:
            return Outcome(Result.UNCHANGED, "There is no open invitation.", found)
        again = Seat(seat.role, is_invited=True, invited_until=self._later())
        return await self._write(person.email, again, is_mail=True)

    async def accounts(self) -> AsyncIterator[Account]:
        for who, seat in self._product.seats.items():
            yield self._account(who, seat)

    async def choices(self, field: str, query: str) -> list[Choice]:
        if field != "role":
            raise ValueError(field)
        return [Choice(one, one) for one in ("user", "admin") if query in one]

    async def aclose(self) -> None:
        """Have no connection."""

    async def _write(self, who: str, after: Seat | None, *, is_mail: bool = False) -> Outcome:
        self._product.begin(who)
        try:
            await point("before a write")
            await self._call(who, after, is_mail=is_mail)
            await point("after a write")
        finally:
            self._product.end(who)
        if not self.traits.find:
            return Outcome(Result.UNVERIFIED, "The product said yes.")
        return await self._read_back(who, after)

    async def _call(self, who: str, after: Seat | None, *, is_mail: bool) -> None:
        fault = self._product.write_faults.pop(0) if self._product.write_faults else None
        if fault not in {None, "lost after", "untrue"}:
            self._fail(fault)
        if fault != "untrue":
            self._product.change(who, after, is_mail=is_mail)
        if fault == "lost after":
            raise AmbiguousError(self.name, "The answer never came.")
        self._product.yes(who)

    async def _read_back(self, who: str, after: Seat | None) -> Outcome:
        seat = self._product.seats.get(who)
        await point("after a look")
        if (seat.role if seat else None) != (after.role if after else None):
            raise AmbiguousError(self.name, "The product said yes, and shows something else.")
        if seat is None:
            return Outcome(Result.DONE, "The account is gone.")
        result = Result.INVITED if seat.is_invited else Result.DONE
        return Outcome(result, f"The role is {seat.role}.", self._account(who, seat))

    def _account(self, who: str, seat: Seat) -> Account:
        state, ends = AccountState.ACTIVE, seat.invited_until
        if seat.is_invited:
            over = ends is not None and ends <= self._product.clock()
            state = AccountState.INACTIVE if over else AccountState.PENDING
        until = as_datetime(ends) if ends is not None else None
        return Account(who, who, seat.role, (seat.role,), state, until)

    def _later(self) -> int:
        return self._product.clock() + A_WEEK

    def _fail(self, fault: Fault | None) -> Never:
        match fault:
            case "refused":
                raise RejectedError(self.name, "The product refuses this person.")
            case "forbidden":
                raise ForbiddenError(self.name, "The credential may not do this.")
            case "busy":
                raise RateLimitError(self.name, "Too many calls.", retry_after=BUSY_FOR)
            case "unreachable":
                raise UnavailableError(self.name, "The product cannot be reached.")
            case _:
                raise AmbiguousError(self.name, "The answer never came.")


class Blind(Clear):
    """A product that shows nobody who is there."""

    name: ClassVar[str] = "blind"
    title: ClassVar[str] = "Blind"
    traits: ClassVar[Traits] = _traits(find=False)


class Guest(Clear):
    """A product that invites people, for a week."""

    name: ClassVar[str] = "guest"
    title: ClassVar[str] = "Guest"
    traits: ClassVar[Traits] = _traits(invites=True)


class Desk(Clear):
    """A product where a person has to close the accounts."""

    name: ClassVar[str] = "desk"
    title: ClassVar[str] = "Desk"
    traits: ClassVar[Traits] = _traits(remove=False)


ALL = (Clear, Blind, Guest, Desk)
