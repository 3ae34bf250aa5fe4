"""Who may decide what, cell by cell: an oracle written from the documents alone has to agree.

The oracle knows neither panels nor terms nor matchings. It reads a policy as a person reads
docs/configuration.md: which stage is asked after so many approvals, who is named in it, and whether
the others could still fill the seats that are left, which it tries out one by one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product

from rules.panel import Panel
from rules.people import Actor
from rules.policy import Ask, may_approve, may_decide
from rules.states import RequestState
from rules.terms import Stage

HOME, AWAY = "T0HOME", "T0AWAY"
ASKS, WANTS, COMES = "U0ASKS", "U0WANTS", "U0COMES"
LEAD, OPS, BOARD, BOTH, CHAIR = "U0LEAD", "U0OPS", "U0BOARD", "U0BOTH", "U0CHAIR"

GROUPS: Mapping[str, Sequence[str]] = {
    "S0IT": (LEAD, OPS, BOTH, ASKS, WANTS, COMES),
    "S0BOARD": (BOARD, BOTH, CHAIR, ASKS, WANTS, COMES),
    "S0CHAIR": (CHAIR,),
}

Stages = Sequence[tuple[Sequence[str], int]]

POLICIES: Mapping[str, Stages] = {
    "one of the group": [(["S0IT"], 1)],
    "two of the group": [(["S0IT"], 2)],
    "one named person": [([LEAD], 1)],
    "the group, then the board": [(["S0IT"], 1), (["S0BOARD"], 1)],
    "the group, then two of the board": [(["S0IT"], 1), (["S0BOARD"], 2)],
    "two, then the chair": [(["S0IT", "S0BOARD"], 2), (["S0CHAIR"], 1)],
    "the chair, then nobody else": [(["S0IT", "S0CHAIR"], 1), (["S0CHAIR"], 1)],
}

GIVEN: Sequence[Sequence[str]] = ((), (OPS,), (OPS, BOTH), (BOTH,))

MAILBOX = {
    ASKS: "asks@acme.example",
    WANTS: "wants@acme.example",
    COMES: "comes@acme.example",
    OPS: "ops@acme.example",
    BOTH: "both@acme.example",
}

IDENTITIES = {
    "an approver": (LEAD, "lead@acme.example"),
    "an approver without a mailbox": (LEAD, None),
    "one who approved": (OPS, "ops@acme.example"),
    "a second account of one who approved": (LEAD, "Ops+2@acme.example"),
    "one of the board": (BOARD, "board@acme.example"),
    "one of both": (BOTH, "both@acme.example"),
    "the chair": (CHAIR, "chair@acme.example"),
    "the requester": (ASKS, "asks@acme.example"),
    "the requester by another account": (LEAD, "ASKS+x@acme.example"),
    "the one it is asked for": (WANTS, "wants@acme.example"),
    "the one it is asked for by another account": (LEAD, "Wants@acme.example"),
    "the subject": (COMES, "comes@acme.example"),
    "the subject by another account": (BOARD, "Comes@acme.example"),
    "somebody else": ("U0ELSE", "else@acme.example"),
}

ROLES = ("member", "guest", "bot", "deactivated")


@dataclass(frozen=True)
class Cell:
    """One combination of actor, team, role, state, expiry, policy, approvals so far and answer."""

    identity: str
    team: str
    role: str
    state: RequestState
    is_expired: bool
    policy: str
    given: Sequence[str]
    approves: bool


def cells() -> Iterator[Cell]:
    """Yield every combination."""
    for values in product(
        IDENTITIES, (HOME, AWAY), ROLES, RequestState, (False, True), POLICIES, GIVEN,
        (True, False),
    ):  # fmt: skip
        yield Cell(*values)


def test_every_cell_of_the_table_is_ruled_as_the_documents_say() -> None:
    count = allowed = 0
    for cell in cells():
        expected = _may(cell)
        assert _ruled(cell) is expected, cell
        count, allowed = count + 1, allowed + expected
    assert count >= 10_000
    assert 100 < allowed < count // 20, "a table that nearly always says the same proves little"


def _ruled(cell: Cell) -> bool:
    """Ask the rules."""
    slack_id, email = IDENTITIES[cell.identity]
    actor = Actor(
        slack_id, cell.team, email, is_deleted=cell.role == "deactivated",
        is_bot=cell.role == "bot", is_guest=cell.role == "guest",
    )  # fmt: skip
    ask = Ask(
        HOME, cell.state, ASKS, COMES, MAILBOX[ASKS], MAILBOX[COMES], is_expired=cell.is_expired,
        principal=WANTS, principal_email=MAILBOX[WANTS],
    )  # fmt: skip
    rule = may_approve if cell.approves else may_decide
    return rule(actor, ask, PANELS[cell.policy, tuple(cell.given)]).allowed


def _panel(policy: Stages, given: Sequence[str]) -> Panel:
    stages = tuple(
        Stage("rule", f"Stage {number}", tuple(named), needed)
        for number, (named, needed) in enumerate(policy)
    )
    people = tuple(frozenset(_people(named)) for named, _ in policy)
    return Panel(stages, people, tuple(Actor(one, HOME, MAILBOX[one]) for one in given))


def _people(named: Sequence[str]) -> set[str]:
    return {person for one in named for person in GROUPS.get(one, (one,))}


PANELS = {
    (name, tuple(given)): _panel(policy, given)
    for (name, policy), given in product(POLICIES.items(), GIVEN)
}


def _may(cell: Cell) -> bool:
    """Say what the documents say."""
    slack_id, email = IDENTITIES[cell.identity]
    involved = [ASKS, WANTS, COMES, *cell.given]
    mailboxes = {MAILBOX[one] for one in involved}
    if cell.team != HOME or cell.role != "member":
        return False
    if slack_id in involved or (email is not None and _plain(email) in mailboxes):
        return False
    if cell.state != "pending" or cell.is_expired:
        return False
    seats = [_people(named) for named, needed in POLICIES[cell.policy] for _ in range(needed)]
    left = seats[len(cell.given) :]
    if not left or slack_id not in left[0]:
        return False
    if not cell.approves:
        return True
    could = _fillable(left, set(involved))
    return _fillable(left[1:], {*involved, slack_id}) or not could


def _plain(email: str) -> str:
    local, domain = email.lower().split("@")
    return f"{local.split('+')[0]}@{domain}"


_TRIED: dict[tuple[object, ...], bool] = {}


def _fillable(seats: Sequence[set[str]], away: set[str]) -> bool:
    """Try every way to seat people who are not away."""
    key = (tuple(frozenset(one) for one in seats), frozenset(away))
    if key not in _TRIED:
        people = sorted(set().union(*seats) - away)
        _TRIED[key] = any(
            all(person in seat for person, seat in zip(order, seats, strict=True))
            for order in permutations(people, len(seats))
        )
    return _TRIED[key]
