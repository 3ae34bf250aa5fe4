"""What the rules look at in a change of profile: what is removed is a removal to them."""

from rules.approval import Part
from rules.plans import Effect, Plan, PlannedStep
from rules.values import Kind
from workflow.policing import parts_planned


def step(vendor: str, effect: Effect, access: str, *risks: str) -> PlannedStep:
    return PlannedStep(vendor, effect, "", None, None, risks, access)


def plan(kind: Kind, *steps: PlannedStep) -> Plan:
    return Plan(kind.value, "U0ADA", "ada@acme.example", None, steps)


GIVEN = step("axiom", Effect.CHANGE, '{"role":"read-only"}')
REMOVED = step("axolo", Effect.REMOVE, "", "last owner")


def test_a_removal_in_a_change_stands_under_the_rules_for_removals() -> None:
    parts = parts_planned("analyst", plan(Kind.ONBOARD, GIVEN, REMOVED), (), "engineer")
    assert parts == [
        Part(Kind.ONBOARD, "analyst", "axiom", GIVEN.access),
        Part(Kind.OFFBOARD, "engineer", "axolo", "", is_risky=True),
    ]


def test_an_offboarding_stands_under_the_profile_that_was_given_last() -> None:
    parts = parts_planned("engineer", plan(Kind.OFFBOARD, REMOVED), ())
    assert parts == [Part(Kind.OFFBOARD, "engineer", "axolo", "", is_risky=True)]
