"""The faults that can be switched on the page, each with the sentence that explains it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sandbox.faults import Faults
from sandbox.tenancies import Simulator
from sandbox.vendors.ambition import Ambition
from sandbox.vendors.appxite import AppXite
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


def _down(name: str, title: str, faults: Faults) -> Switch:
    return Switch(
        f"{name}_down",
        title,
        "down",
        f"{title} is down",
        f"{title} answers 503 until you switch this off.",
        faults,
        lambda: faults.down(name=f"{name}_down"),
    )


def _lost(name: str, title: str, faults: Faults) -> Switch:
    return Switch(
        f"{name}_lost",
        title,
        "lose next answer",
        f"{title}: lose next answer",
        f"{title} does what it is asked next, and the answer never arrives.",
        faults,
        lambda: faults.lose_answer(name=f"{name}_lost", only="POST"),
    )


def _limited(name: str, title: str, faults: Faults, hint: str) -> Switch:
    return Switch(
        f"{name}_429",
        title,
        "too many calls",
        f"{title}: too many calls",
        f"{title} refuses the next call and asks to wait {WAIT} seconds.",
        faults,
        lambda: faults.rate_limit(name=f"{name}_429", hint=hint, seconds=WAIT),
    )


def _refused(name: str, title: str, faults: Faults) -> Switch:
    return Switch(
        f"{name}_401",
        title,
        "refuse our key",
        f"{title}: refuse our key",
        f"{title} answers 401 until you switch this off; Aboard asks once a minute meanwhile.",
        faults,
        lambda: faults.refuse(name=f"{name}_401"),
    )


def in_order(found: Sequence[Switch], vendors: Mapping[str, Simulator]) -> list[Switch]:
    """Return the switches as they are shown: in the order of the vendors, then the others."""
    titles = [one.title for one in vendors.values()]
    return sorted(found, key=lambda one: [*titles, one.service].index(one.service))


def switches(axolo: Faults, axiom: Faults, slack: Faults) -> list[Switch]:
    """Return the switches of the first vendors, and of Slack."""
    return [
        _down("axiom", "Axiom", axiom),
        _lost("axiom", "Axiom", axiom),
        _limited("axiom", "Axiom", axiom, "reset"),
        _refused("axiom", "Axiom", axiom),
        _down("axolo", "Axolo", axolo),
        _lost("axolo", "Axolo", axolo),
        _limited("slack", "Slack", slack, "retry-after"),
    ]


def usual_switches(vendors: Mapping[str, Simulator], own: Sequence[Switch]) -> list[Switch]:
    """Return the switches that any vendor has, for those that have none of their own."""
    switched = {one.service for one in own}
    bare = [(name, one) for name, one in vendors.items() if one.title not in switched]
    return [switch(name, one.title, one.faults) for name, one in bare for switch in (_down, _lost)]


def further_switches(ixon: Ixon, appxite: AppXite, ambition: Ambition) -> list[Switch]:
    """Return the switches of the vendors that came later."""
    return [
        _down("ixon", "IXON", ixon.faults),
        _lost("ixon", "IXON", ixon.faults),
        Switch(
            "ixon_locked",
            "IXON",
            "lock us out",
            "IXON: lock us out",
            "IXON refuses every call for ten minutes, and does not say until when.",
            ixon.faults,
            lambda: ixon.lock_out("ixon_locked"),
        ),
        _down("appxite", "AppXite", appxite.faults),
        _lost("appxite", "AppXite", appxite.faults),
        _down("ambition", "Ambition", ambition.faults),
        _lost("ambition", "Ambition", ambition.faults),
    ]
