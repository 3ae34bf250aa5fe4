"""The faults that can be switched on the page, each with the sentence that explains it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.faults import Faults
from sandbox.tenancies import Simulator
from sandbox.vendors.ixon import Ixon

WAIT = 5


@dataclass(frozen=True)
class Switch:
    """One named fault of one service; `short` is its label beside the service's name."""

    id: str
    service: str
    short: str
    label: str
    help: str
    faults: Faults
    plant: Callable[[], None]

    @property
    def active(self) -> bool:
        """Whether it still waits for requests."""
        return self.faults.active(self.id)

    def turn(self, *, on: bool) -> None:
        """Switch it on (once) or off."""
        self.faults.clear(self.id)
        if on:
            self.plant()


@dataclass(frozen=True)
class Fault:
    """What any service can be made to do; `told` and `does` are said of it by its title."""

    id: str
    short: str
    does: str
    plant: Callable[[Faults, str], None]
    told: str = ""

    def of(self, name: str, title: str, faults: Faults) -> Switch:
        """Return the switch that has the service of this name do it."""
        id_ = f"{name}_{self.id}"
        label = f"{title}{self.told or f': {self.short}'}"
        help_ = f"{title} {self.does}"
        return Switch(id_, title, self.short, label, help_, faults, lambda: self.plant(faults, id_))


def _limited(hint: str) -> Fault:
    return Fault(
        "429",
        "too many calls",
        f"refuses the next call and asks to wait {WAIT} seconds.",
        lambda faults, name: faults.rate_limit(name=name, hint=hint, seconds=WAIT),
    )


_DOWN = Fault(
    "down",
    "down",
    "answers 503 until you switch this off.",
    lambda faults, name: faults.down(name=name),
    " is down",
)
_LOST = Fault(
    "lost",
    "lose next answer",
    "does what it is asked next, and the answer never arrives.",
    lambda faults, name: faults.lose_answer(name=name, only="POST"),
)
_USUAL = (_DOWN, _LOST)
_REFUSED = Fault(
    "401",
    "refuse our key",
    "answers 401 until you switch this off; Aboard asks once a minute meanwhile.",
    lambda faults, name: faults.refuse(name=name),
)


def switches(
    vendors: Mapping[str, Simulator], axiom: Faults, ixon: Ixon, slack: Faults
) -> list[Switch]:
    """Return the switches as they are shown: in the order of the vendors, then Slack's.

    Every vendor has the usual ones; some have others besides.
    """
    own = [
        _limited("reset").of("axiom", "Axiom", axiom),
        _REFUSED.of("axiom", "Axiom", axiom),
        _locked(ixon),
        _limited("retry-after").of("slack", "Slack", slack),
    ]
    found = [one.of(name, it.title, it.faults) for name, it in vendors.items() for one in _USUAL]
    titles = [one.title for one in vendors.values()]
    return sorted([*found, *own], key=lambda one: [*titles, one.service].index(one.service))


def _locked(ixon: Ixon) -> Switch:
    return Switch(
        "ixon_locked",
        "IXON",
        "lock us out",
        "IXON: lock us out",
        "IXON refuses every call for ten minutes, and does not say until when.",
        ixon.faults,
        lambda: ixon.lock_out("ixon_locked"),
    )
