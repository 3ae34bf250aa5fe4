"""What is changed to make a mutant: mutmut's operators, and what they lack.

Ours: conditions that always or never hold, operands and elements that are left out, statements that
do nothing, an answer that is none, the next member of an enumeration, and a move from a final
state. Of mutmut's changes to strings only one is made: how a sentence is cased is no rule.
"""

from collections.abc import Iterator
from enum import Enum
from itertools import islice
from typing import Any

import libcst as cst
import libcst.matchers as m
from mutmut.mutation.mutators import mutation_operators, operator_match, operator_string

from rules.retry import Failure
from rules.states import RequestState, StepState
from rules.values import Kind

Change = tuple[cst.CSTNode, cst.CSTNode]

_ALONE = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom, cst.AssignTarget)
_TEXT = cst.SimpleString | cst.ConcatenatedString
_ENUMERATIONS: dict[str, type[Enum]] = {
    "_R": RequestState,
    "_S": StepState,
    "RequestState": RequestState,
    "StepState": StepState,
    "Failure": Failure,
    "Kind": Kind,
}
_NONE, _PASS = cst.Name("None"), cst.Pass()
_NOTHING = m.Name("None") | m.Name("False")


def is_left_alone(node: cst.CSTNode) -> bool:
    """Tell whether nothing in ``node`` is changed: what does nothing, and what breaks imports."""
    return isinstance(node, _ALONE) or (isinstance(node, cst.Expr) and _is_text(node.value))


def _is_text(node: cst.BaseExpression) -> bool:
    return isinstance(node, _TEXT)


def changes(node: cst.CSTNode) -> Iterator[Change]:
    """Yield what may be changed at ``node``: a node, and what stands there instead."""
    for kind, operator in mutation_operators:
        if isinstance(node, kind) and operator is not operator_match:
            every = islice(operator(node), 1 if operator is operator_string else None)
            yield from ((node, new) for new in every if not _is_same(node, new))
    yield from _conditions(node)
    yield from _statements(node)
    yield from _parts(node)
    yield from _members(node)


def _is_same(node: cst.CSTNode, new: cst.CSTNode) -> bool:
    """Tell whether nobody could see a change: a default of None is as false as one of False."""
    false, none = m.AnnAssign(value=m.Name("False")), m.AnnAssign(value=m.Name("None"))
    return m.matches(node, false) and m.matches(new, none)


def _conditions(node: cst.CSTNode) -> Iterator[Change]:
    if isinstance(node, cst.If | cst.While | cst.CompIf):
        yield node.test, cst.Name("True")
        yield node.test, cst.Name("False")
    if isinstance(node, cst.BooleanOperation):
        yield node, node.left
        yield node, node.right


def _statements(node: cst.CSTNode) -> Iterator[Change]:
    if isinstance(node, cst.Expr | cst.Raise):
        yield node, _PASS
    if isinstance(node, cst.Return) and node.value and not m.matches(node.value, _NOTHING):
        yield node.value, _NONE


def _parts(node: cst.CSTNode) -> Iterator[Change]:
    if isinstance(node, cst.List | cst.Tuple | cst.Set | cst.Dict):
        elements: list[Any] = list(node.elements)
        for number in range(len(elements)):
            left = elements[:number] + elements[number + 1 :]
            if not left and isinstance(node, cst.Set):
                yield node, cst.parse_expression("set()")
            else:
                yield node, node.with_changes(elements=_ended(left))
    empty = m.DictElement(value=m.Call(func=m.Name("frozenset"), args=[]))
    if isinstance(node, cst.DictElement) and m.matches(node, empty):
        yield node.value, cst.parse_expression('frozenset({"running"})')


def _ended(elements: list[Any]) -> list[Any]:
    """Return elements of which the last has its comma only where a tuple needs it."""
    last = (one.with_changes(comma=cst.MaybeSentinel.DEFAULT) for one in elements[-1:])
    return [*elements[:-1], *last]


def _members(node: cst.CSTNode) -> Iterator[Change]:
    if not (isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name)):
        return
    kind = _ENUMERATIONS.get(node.value.value)
    if kind is not None and node.attr.value in kind.__members__:
        names = list(kind.__members__)
        following = names[(names.index(node.attr.value) + 1) % len(names)]
        yield node, node.with_changes(attr=cst.Name(following))
