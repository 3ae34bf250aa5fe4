"""The settings of a life: what can be asked for, and who answers."""

from datetime import timedelta

from rules.approval import Rule, When
from rules.catalog import ApprovalRule, Catalog, Profile
from rules.limits import Limits
from rules.terms import Stage
from rules.values import Kind
from tests.life.town import KEEPER, LEAD, OPS, VIPS

USER, ADMIN = '{"role":"user"}', '{"role":"admin"}'
PROFILES = {
    "engineer": {"clear": USER, "blind": USER, "guest": USER},
    "chief": {"clear": ADMIN, "desk": ADMIN, "guest": ADMIN},
    "intern": {"clear": USER, "guest": USER},
}
AUTOMATIC = "interns"
VALID_FOR = timedelta(hours=24)

CATALOG = Catalog(
    profiles={name: Profile(name, name.title(), given) for name, given in PROFILES.items()},
    approval=ApprovalRule(
        approvers=(LEAD, OPS),
        threshold=1,
        expires_after=timedelta(hours=72),
        by_hand={"desk": (KEEPER,)},
        valid_for=VALID_FOR,
    ),
    rules=(
        Rule(
            "chiefs",
            When(profiles=frozenset({"chief"})),
            stages=(
                Stage("chiefs", "Operations", (OPS,), 1),
                Stage("chiefs", "The lead", (LEAD, OPS), 1),
            ),
        ),
        Rule(
            AUTOMATIC,
            When(profiles=frozenset({"intern"}), actions=frozenset({Kind.ONBOARD})),
            automatic=True,
        ),
    ),
    protected=(VIPS,),
    limits=Limits(pending_at_most=1_000, asks_an_hour=1_000),
)
