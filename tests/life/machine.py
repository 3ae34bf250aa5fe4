"""The machine: what people, products, Slack, the clock and crashes do, in any order.

After every step the judge looks at everything. At the end of a life the world is mended, and what
is under way has to come to its end.
"""

from collections.abc import Coroutine, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from structlog.testing import capture_logs

from rules.values import Kind, Verdict
from tests.life.judge import Judge
from tests.life.policy import CATALOG, PROFILES
from tests.life.products import LOOK_FAULTS, WRITE_FAULTS, Fault, Seat
from tests.life.rows import Ask, Part
from tests.life.town import (
    ALIAS,
    BOSS,
    CHANNEL,
    EVERYBODY,
    KEEPER,
    LEAD,
    MATE,
    OPS,
    OPS1,
    OPS2,
    REQUESTERS,
    SUBJECTS,
    TEAM,
    VIPS,
    mail_of,
)  # fmt: skip
from tests.life.world import World, fresh
from workflow.attesting import Word
from workflow.clock import HOUR, MINUTE, SECOND
from workflow.directory import DirectoryError
from workflow.drafts import Click, RequestDraft

T = TypeVar("T")

STARTS = (
    datetime(2027, 3, 27, 22, 30, tzinfo=UTC),
    datetime(2027, 10, 30, 22, 30, tzinfo=UTC),
    datetime(2027, 11, 6, 23, 0, tzinfo=UTC),
)
"""Evenings before clocks are changed: in Europe, in Europe, in New York."""

DATES = {
    2027: {
        3: ("2027-03-28T02:30", "2027-03-29T09:00", "2027-04-03T18:00"),
        10: ("2027-10-31T02:30", "2027-11-01T09:00", "2027-11-06T18:00"),
        11: ("2027-11-07T01:30", "2027-11-08T09:00", "2027-11-12T18:00"),
    }
}
JUMPS = (10 * SECOND, 2 * MINUTE, 20 * MINUTE, HOUR, 7 * HOUR, 25 * HOUR, 3 * 24 * HOUR)
OPEN = ("pending", "received", "scheduled", "approved", "running", "completed_with_errors")
LEFT = ("action_required", "failed", "unknown")

chances = st.integers(0, 5)
deaths = st.sampled_from([None] * 9 + [0, 1, 2, 3, 4, 6])
halts = st.sampled_from([None] * 6 + [0, 1, 2, 3, 4, 5, 6, 7, 8])
deciders = st.sampled_from([LEAD, OPS1, OPS2] * 4 + [MATE, ALIAS, BOSS, KEEPER, *EVERYBODY])
named = st.sampled_from(["engineer", *sorted(PROFILES)])
names = st.sampled_from(["clear", "blind", "guest", "desk"])


@dataclass(frozen=True)
class Wish:
    """What somebody asks for; `starts` and `until` are places in the dates of a life."""

    who: str
    whom: str
    named: str
    kind: Kind
    starts: int | None
    until: int | None

    def draft(self, dates: tuple[str, ...], delivery: str) -> RequestDraft:
        """Return the ask."""
        comes = self.kind is Kind.ONBOARD
        return RequestDraft(
            self.kind, TEAM, self.who, self.whom, None, self.named if comes else None, "",
            CHANNEL, delivery,
            starts=None if self.starts is None else dates[self.starts],
            until=None if self.until is None or not comes else dates[self.until],
        )  # fmt: skip


wishes = st.builds(
    Wish,
    who=st.sampled_from(REQUESTERS),
    whom=st.sampled_from(SUBJECTS),
    named=named,
    kind=st.sampled_from([Kind.ONBOARD, Kind.ONBOARD, Kind.OFFBOARD]),
    starts=st.sampled_from([None, None, None, 0, 1]),
    until=st.sampled_from([None, None, 1, 2]),
)


class Life(RuleBasedStateMachine):
    """One life on a database of its own. `template` has all tables; lives are lived in `folder`."""

    template: ClassVar[Path]
    folder: ClassVar[Path]
    steps_lived: ClassVar[int] = 0

    @initialize(
        start=st.sampled_from(STARTS),
        first=wishes,
        agreed=st.sampled_from([True, True, False]),
        troubles=st.dictionaries(names, st.lists(st.sampled_from(WRITE_FAULTS), max_size=3)),
    )
    def begins(
        self, start: datetime, first: Wish, troubles: dict[str, list[Fault]], *, agreed: bool
    ) -> None:
        self.starts(start)
        for name, faults in troubles.items():
            self.world.products[name].write_faults = faults
        self.somebody_asks(first, None)
        if agreed:
            self.approvers_agree(1)
            self.all_work_is_done()

    def starts(self, start: datetime) -> None:
        """Begin with nobody having asked for anything."""
        self.file = fresh(self.template, self.folder)
        now = int(start.timestamp()) * 1_000_000
        self.dates = DATES[start.year][start.month]
        self.world = World(self.file, CATALOG, now, lambda one: self.judge.saw(one))  # noqa: PLW0108 - the judge comes after the world
        self.judge = Judge(self.world)
        self.deliveries = count(1)
        self.ending = ExitStack()
        self.logged = self.ending.enter_context(capture_logs())

    @invariant()
    def everything_is_as_it_must_be(self) -> None:
        type(self).steps_lived += 1
        self._nothing(self.judge.judged())
        self._nothing([str(one) for one in self.logged if "exc_info" in one])

    # What people do

    @rule(wish=wishes, die_at=deaths)
    def somebody_asks(self, wish: Wish, die_at: int | None) -> None:
        draft = wish.draft(self.dates, self._delivery())
        self._does(self.world.bot.service.submit(draft), die_at)
        if die_at is not None:
            self._does(self.world.bot.service.submit(draft))  # Slack repeats itself
        self.world.does(self.world.bot.preparer.once())

    def submits(self, draft: RequestDraft, die_at: int | None) -> None:
        """Have an ask arrive, and nothing else happen."""
        self._does(self.world.bot.service.submit(draft), die_at)

    @rule(die_at=deaths)
    def requests_are_looked_into(self, die_at: int | None) -> None:
        self.world.does(self.world.bot.preparer.once(), die_at)

    @rule(pick=chances, who=deciders, yes=st.sampled_from([True, True, True, False]), die_at=deaths)
    def somebody_decides(self, pick: int, who: str, die_at: int | None, *, yes: bool) -> None:
        ask = self._ask(pick, "pending")
        if ask is not None:
            self._does(self.world.bot.service.decide(self._click(ask, who, yes=yes)), die_at)

    @rule(pick=chances, one=deciders, other=deciders, yes=st.booleans())
    def two_decide_at_once(self, pick: int, one: str, other: str, *, yes: bool) -> None:
        ask = self._ask(pick, "pending")
        if ask is not None and not self.world.town.is_silent:
            clicks = [self._click(ask, one, yes=True), self._click(ask, other, yes=yes)]
            self.world.do_at_once([self.world.bot.service.decide(click) for click in clicks])

    @rule(pick=chances)
    def approvers_agree(self, pick: int) -> None:
        for who in (OPS1, LEAD, OPS2):
            ask = self._ask(pick, "pending")
            if ask is not None and ask.state == "pending":
                self._does(self.world.bot.service.decide(self._click(ask, who, yes=True)))

    @rule(pick=chances, who=deciders, die_at=deaths)
    def somebody_cancels(self, pick: int, who: str, die_at: int | None) -> None:
        ask = self._ask(pick, *OPEN)
        if ask is not None:
            work = self.world.bot.service.cancel(ask.number, who, self._delivery())
            self._does(work, die_at)

    @rule(pick=chances, who=deciders, die_at=deaths, every=st.booleans())
    def somebody_retries(self, pick: int, who: str, die_at: int | None, *, every: bool) -> None:
        part, service = self._part(pick, *LEFT), self.world.bot.service
        if part is None:
            return
        if every:
            ref = self.judge.rows.asks()[part.request_number].ref
            self._does(service.retry_all(ref, who, self._delivery()), die_at)
        else:
            self._does(service.retry(part.ref, who, self._delivery()), die_at)

    @rule(pick=chances, who=deciders, die_at=deaths)
    def somebody_attests(self, pick: int, who: str, die_at: int | None) -> None:
        part = self._part(pick, *LEFT)
        if part is not None:
            word = Word(part.ref, "I saw it")
            self._does(self.world.bot.service.attest(word, who, self._delivery()), die_at)

    @rule(pick=chances, who=deciders, to=st.sampled_from(EVERYBODY))
    def somebody_hands_over(self, pick: int, who: str, to: str) -> None:
        part = self._part(pick, "action_required")
        if part is not None:
            self._does(self.world.bot.service.hand_over(part.ref, to, who, self._delivery()))

    @rule(pick=chances, who=deciders)
    def somebody_wants_another_mail(self, pick: int, who: str) -> None:
        part = self._part(pick, "invited", "expired")
        if part is not None:
            self._does(self.world.bot.service.resend(part.ref, who, self._delivery()))

    # What runs by itself

    @rule(pick=chances, hold_at=halts)
    def an_attempt_begins(self, pick: int, hold_at: int | None) -> None:
        due = self.world.books.due()
        if due:
            self.world.attempts(due[pick % len(due)], hold_at)

    @rule(pick=chances, hold_at=halts)
    def an_attempt_goes_on(self, pick: int, hold_at: int | None) -> None:
        if self.world.held:
            self.world.go_on(self.world.held[pick % len(self.world.held)], hold_at)

    @rule()
    def all_work_is_done(self) -> None:
        for entry in self.world.books.due():
            self.world.attempts(entry)

    @rule(die_at=deaths)
    def what_is_due_is_looked_at(self, die_at: int | None) -> None:
        self.world.does(self.world.bot.timers.once(), die_at)
        self.world.does(self.world.bot.invitations.once(), die_at)

    # What befalls them

    @rule(pick=chances, loses=st.sampled_from([False, False, True]))
    def the_bot_dies(self, pick: int, *, loses: bool) -> None:
        self.world.dies()
        due = self.world.books.due()
        if due and loses:
            self.world.books.note(due[pick % len(due)], "lost")

    @rule(length=st.sampled_from(JUMPS), is_noticed=st.booleans())
    def time_passes(self, length: int, *, is_noticed: bool) -> None:
        self.world.clock.now += length
        if is_noticed:
            self.world.does(self.world.bot.timers.once())
            self.world.does(self.world.bot.preparer.once())

    @rule(
        name=names,
        writes=st.lists(st.sampled_from(WRITE_FAULTS), max_size=2),
        looks=st.lists(st.sampled_from(LOOK_FAULTS), max_size=2),
    )
    def the_next_calls_fail(self, name: str, writes: list[Fault], looks: list[Fault]) -> None:
        self.world.products[name].write_faults = writes
        self.world.products[name].look_faults = looks

    @rule(
        name=st.sampled_from(["clear", "guest", "desk"]),
        whom=st.sampled_from(SUBJECTS),
        role=st.sampled_from([None, "user", "admin", "accepts", "accepts"]),
    )
    def somebody_acts_at_a_product(self, name: str, whom: str, role: str | None) -> None:
        if role == "accepts":
            self.world.products["guest"].accept(mail_of(whom))
        else:
            seat = None if role is None else Seat(role)
            self.world.products[name].change_elsewhere(mail_of(whom), seat)

    @rule(who=deciders, what=st.sampled_from(["gone", "here", "a guest", OPS, VIPS, "silence"]))
    def something_changes_in_slack(self, who: str, what: str) -> None:
        if what in self.world.town.groups:
            self.world.town.regroup(what, who)
        elif what == "silence":
            self.world.town.is_silent = not self.world.town.is_silent
        else:
            self.world.town.becomes(who, what)

    def teardown(self) -> None:
        """Mend the world, let everything come to its end, and see that it does."""
        if not hasattr(self, "world"):
            return
        try:
            self._mend()
            self._come_to_an_end()
            self._nothing([*self.judge.judged(), *self.judge.unfinished()])
            self._nothing(self.judge.unsealed())
        finally:
            self.ending.close()
            self.judge.rows.close()
            self.world.close()
            self.file.unlink()

    def _nothing(self, wrong: list[str]) -> None:
        assert not wrong, "\n".join(wrong)

    def _mend(self) -> None:
        self.world.dies()
        self.world.town.is_silent = False
        for who in EVERYBODY:
            self.world.town.becomes(who, "here")
        for product in self.world.products.values():
            product.write_faults, product.look_faults = [], []

    def _come_to_an_end(self) -> None:
        for _ in range(12):
            self.world.does(self.world.bot.timers.once())
            self.world.does(self.world.bot.preparer.once())
            self.all_work_is_done()
            if not self.judge.unfinished():
                return
            due = self.world.books.next_due() or 0
            self.world.clock.now = max(self.world.clock.now + 3 * MINUTE, due)

    def _does(self, work: Coroutine[Any, Any, object], die_at: int | None = None) -> None:
        try:
            self.world.does(work, die_at)
        except DirectoryError:
            assert self.world.town.is_silent

    def _delivery(self) -> str:
        return f"delivery-{next(self.deliveries)}"

    def _click(self, ask: Ask, who: str, *, yes: bool) -> Click:
        verdict = Verdict.APPROVE if yes else Verdict.DENY
        return Click(ask.ref, who, verdict, "", self._delivery())

    def _ask(self, pick: int, *wanted: str) -> Ask | None:
        found = list(self.judge.rows.asks().values())
        return _picked([one for one in found if one.state in wanted], found, pick)

    def _part(self, pick: int, *wanted: str) -> Part | None:
        found = self.judge.rows.parts()
        return _picked([one for one in found if one.state in wanted], found, pick)


def _picked(fitting: Sequence[T], all_of_them: Sequence[T], pick: int) -> T | None:
    """Return one that fits, the newest first; now and then, or where none fits, any other."""
    choice = all_of_them if pick == 0 or not fitting else fitting
    return choice[-1 - pick % len(choice)] if choice else None
