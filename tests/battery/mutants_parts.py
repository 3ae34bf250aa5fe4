"""What is changed, and which tests have to notice: the parts on which the promises stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.battery.mutants_made import Mutant


@dataclass(frozen=True)
class Part:
    """Some files, and the tests that hold them.

    ``functions`` leaves out all others, where it names some. ``first`` are tests that are run once
    before, so that what a session shares is there already.
    """

    files: tuple[str, ...]
    tests: tuple[str, ...]
    functions: frozenset[str] = frozenset()
    first: tuple[str, ...] = ()
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
            "storage/audit_role.py",
            "storage/audit_models.py",
            "storage/links.py",
            "workflow/audit_verify.py",
            "workflow/audit_signing.py",
        ),
        (
            "tests/unit/storage/test_audit.py",
            "tests/unit/storage/test_audit_chain.py",
            "tests/unit/storage/test_audit_role.py",
            "tests/unit/workflow/test_audit_anchors.py",
            "tests/unit/workflow/test_audit_verify.py",
        ),
    ),
}

IN_FULL = ("who may decide", "states", "outcomes", "guard")
"""The parts that the battery tries in full; the others are tried by name."""
