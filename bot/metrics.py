"""What Prometheus reads, in one place: every name, what it means, and who counts.

Some are of this process (answers, calls, the connection to Slack): add them up over the replicas.
Those that ``bot.watching`` reads from the database are of the whole Aboard, and every replica tells
the same: take the greatest. No label holds a person, an address or anything that somebody typed.

https://prometheus.io/docs/practices/naming/
"""

from collections.abc import Iterable, Iterator
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from bot.guard import STATUSES
from vendors.tools import Observation

_ACK_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Slack waits three seconds."""

_CALL_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""A call ends after thirty seconds at the latest."""


class Meters:
    """All that is measured. One for each composed bot: nothing is shared by importing."""

    def __init__(self) -> None:
        """Make every meter, at zero."""
        self.registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=self.registry)
        self._of_this_process(self.registry)
        self._of_the_database(self.registry)
        self.vendors = frozenset[str]()

    def _of_this_process(self, registry: CollectorRegistry) -> None:
        self.acks = Histogram(
            "aboard_ack_seconds",
            "How long Slack waited for an answer, until what was asked was on disk.",
            ["kind", "outcome"],
            buckets=_ACK_SECONDS,
            registry=registry,
        )
        self._ack_of = cache(self.acks.labels)
        self.refused = Counter(
            "aboard_refused",
            "Requests that the guard refused, by HTTP status: they were not Slack's.",
            ["status"],
            registry=registry,
        )
        self.calls = Histogram(
            "aboard_vendor_call_seconds",
            "How long calls of a vendor took; outcome is ok, or the kind of failure.",
            ["vendor", "outcome"],
            buckets=_CALL_SECONDS,
            registry=registry,
        )
        self.rate_left = Gauge(
            "aboard_vendor_rate_left",
            "How many more calls a vendor said that it takes, when it was last called.",
            ["vendor"],
            registry=registry,
        )
        self.connected = Gauge(
            "aboard_slack_connected",
            "Whether the connection of Socket Mode stands; absent over HTTP.",
            ["mode"],
            registry=registry,
        )
        self.ready = Gauge(
            "aboard_ready", "Whether /readyz says that this process can work.", registry=registry
        )
        self.degraded = Gauge(
            "aboard_degraded",
            "Whether /readyz says so: a pause, a newer schema, what is late, nothing given.",
            ["reason"],
            registry=registry,
        )

    def _of_the_database(self, registry: CollectorRegistry) -> None:
        self.facts = Counter(
            "aboard_facts", "Audit events since this process began.", ["code"], registry=registry
        )
        self.decisions = Counter(
            "aboard_decisions", "Decisions, by their verdict.", ["verdict"], registry=registry
        )
        self.steps = Counter(
            "aboard_steps",
            "Attempts of steps that ended, by vendor and by how the step stood then.",
            ["vendor", "outcome"],
            registry=registry,
        )
        self.requests = Gauge(
            "aboard_requests_open", "Requests that are not over.", ["state"], registry=registry
        )
        self.stopped = Gauge(
            "aboard_vendor_stopped",
            "Whether steps wait for a vendor, since it refuses the credential.",
            ["vendor"],
            registry=registry,
        )
        self.outdated = Gauge(
            "aboard_outbox_messages", "Messages that Slack does not show yet.", registry=registry
        )
        self.outbox_age = Gauge(
            "aboard_outbox_age_seconds", "The age of the oldest of them.", registry=registry
        )
        self.overdue_age = Gauge(
            "aboard_offboarding_overdue_seconds",
            "For how long the oldest overdue offboarding waits; 0 where none is overdue.",
            registry=registry,
        )
        self.audit_age = Gauge(
            "aboard_audit_age_seconds", "The age of the newest audit event.", registry=registry
        )
        self.anchor_age = Gauge(
            "aboard_audit_anchor_age_seconds",
            "The age of the newest anchor of the audit trail; 0 where there is none.",
            registry=registry,
        )

    def expect(self, vendors: Iterable[str], kinds: Iterable[str]) -> None:
        """Begin at zero what is alarmed about: Prometheus sees no growth in what just appeared.

        ``kinds`` are what payloads of Slack are called.
        """
        for kind in kinds:
            for outcome in ("ok", "failed"):
                self.acks.labels(kind, outcome)
        for status in STATUSES:
            self.refused.labels(str(status))
        self.vendors = frozenset(vendors)
        for vendor in self.vendors:
            self.stopped.labels(vendor)
            for outcome in ("ok", "credential", "forbidden"):
                self.calls.labels(vendor, outcome)
            for outcome in ("failed", "unknown"):
                self.steps.labels(vendor, outcome)

    def called(self, seen: Observation) -> None:
        """Count one call of a vendor."""
        self.calls.labels(seen.vendor, seen.failure or "ok").observe(seen.seconds)
        if seen.remaining is not None:
            self.rate_left.labels(seen.vendor).set(seen.remaining)

    def answered(self, kind: str, outcome: str, seconds: float) -> None:
        """Count one answer to Slack, by its kind of payload; ``outcome`` is ok or failed."""
        self._ack_of(kind, outcome).observe(seconds)

    def told(self) -> str:
        """Return everything as Prometheus reads it."""
        return generate_latest(self.registry).decode()

    def names(self) -> Iterator[str]:
        """Return the name of every metric of ours, as Prometheus knows it."""
        for meter in vars(self).values():
            if isinstance(meter, Counter | Gauge | Histogram):
                [family] = meter.describe()
                yield f"{family.name}_total" if family.type == "counter" else family.name
