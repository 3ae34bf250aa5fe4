"""What is changed, and which tests have to notice: the parts on which the promises stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.battery.mutants_made import Mutant


@dataclass(frozen=True)
class Part:
    """Some files, and the tests that hold them.

    ``functions`` leaves out all others, where it names some. ``first`` are tests that are run once
    before, so that what a session shares is there already; ``options`` are pytest's.
    """

    files: tuple[str, ...]
    tests: tuple[str, ...]
    functions: frozenset[str] = frozenset()
    first: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def holds(self, mutant: Mutant) -> bool:
        """Tell whether a mutant belongs to this part."""
        return not self.functions or mutant.function in self.functions


_RULES = "tests/unit/rules"
_POLICY = ("rules/policy.py", "rules/panel.py", "rules/people.py", "rules/seats.py")
_DECIDES = frozenset(
    {"standing", "_is_subject", "_independence", "_fitness", "may_decide", "may_approve"}
)

PARTS: Mapping[str, Part] = {
    "who may decide": Part(
        ("rules/policy.py",),
        (f"{_RULES}/test_what_is_said.py", f"{_RULES}/test_panel.py"),
        _DECIDES,
    ),
    "policy": Part(
        (*_POLICY, "rules/behalf.py", "rules/handing.py", "rules/approval.py", "rules/terms.py"),
        (_RULES,),
    ),
    "states": Part(
        ("rules/states.py", "rules/retry.py"),
        (f"{_RULES}/test_states.py", f"{_RULES}/test_retry.py"),
    ),
    "outcomes": Part(("workflow/judging.py",), ("tests/unit/workflow/test_judging.py",)),
    "guard": Part(
        ("bot/guard.py",),
        (
            "tests/unit/bot/test_guard_behind.py",
            "tests/unit/bot/test_guard_shape.py",
            "tests/unit/bot/test_guard_signature.py",
            "tests/unit/bot/test_guard_told.py",
        ),
    ),
    "audit": Part(
        (
            "storage/audit.py",
            "storage/audit_chain.py",
            "storage/links.py",
            "workflow/audit_grounds.py",
            "workflow/audit_signing.py",
            "workflow/audit_verify.py",
        ),
        (
            "tests/unit/storage/test_audit.py",
            "tests/unit/storage/test_audit_chain.py",
            "tests/unit/storage/test_audit_sealing.py",
            "tests/unit/workflow/test_audit_anchors.py",
            "tests/unit/workflow/test_audit_flaws.py",
            "tests/unit/workflow/test_audit_grounds.py",
            "tests/unit/workflow/test_audit_lines.py",
            "tests/unit/workflow/test_audit_verify.py",
        ),
        first=("tests/unit/storage/test_audit.py::test_a_part_of_the_facts_can_be_read[sqlite]",),
        options=("-m", "not postgres"),
        environment={"ABOARD_TAMPERINGS": "70"},
    ),
    "audit on PostgreSQL": Part(
        ("storage/audit_role.py", "storage/audit_models.py"),
        (
            "tests/unit/storage/test_audit_role.py",
            "tests/unit/storage/test_migrations.py::test_the_migrations_make_what_the_models_say",
        ),
        first=(
            "tests/unit/storage/test_audit_role.py::test_whether_the_role_may_only_add_can_be_seen",
        ),
    ),
}

IN_FULL = ("policy", "states", "outcomes", "guard", "audit")
"""The parts that the battery tries in full, beside who may decide; the others are tried by name."""
