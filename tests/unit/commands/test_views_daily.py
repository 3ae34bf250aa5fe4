"""The daily digest says how much there is, then what; it fits into a message and calls nobody."""

from dataclasses import replace

import pytest

from commands.views.daily import digest
from rules.states import RequestState, StepState
from rules.values import Kind
from sandbox.slack.blockkit.surfaces import problems_in_message
from workflow.daily import MOST, Agenda
from workflow.homeviews import HomeBatch, HomeRow, Trouble

READER, CHANNEL = "U0LEAD", "C0GENERAL"
AT = 1_772_442_000_000_000
ROW = HomeRow(12, "ref-12", Kind.ONBOARD, RequestState.PENDING, "U0ASKS", "U0NEW", "Ada Moreno", AT)
BROKEN = replace(
    ROW,
    state=RequestState.COMPLETED_WITH_ERRORS,
    troubles=(Trouble("step", "axiom", "Axiom", StepState.FAILED),),
)


def drawn(agenda: Agenda) -> tuple[str, list[dict[str, object]]]:
    drawing = digest(agenda)
    return drawing.text, [block.to_dict() for block in drawing.blocks]


def test_the_first_line_counts_each_kind() -> None:
    late = replace(BROKEN, number=13, is_overdue=True)
    text, _ = drawn(Agenda(READER, (ROW,), (late, BROKEN), (ROW, ROW)))
    assert text == (
        "Today: 1 for you to decide, 1 overdue, 1 in need of attention, 2 leaving within seven days"
    )


@pytest.mark.parametrize("place", [READER, CHANNEL])
def test_where_there_is_nothing_it_says_so(place: str) -> None:
    text, blocks = drawn(Agenda(place))
    assert text == "Nothing waits for you."
    assert len(blocks) == 1


@pytest.mark.parametrize("place", [READER, CHANNEL])
def test_the_most_that_there_can_be_is_a_message_that_slack_takes(place: str) -> None:
    rows = tuple(replace(ROW, number=one, name="&" * 200) for one in range(MOST))
    troubles = tuple(Trouble(f"{one}", f"v{one}", "&" * 100, StepState.FAILED) for one in range(9))
    broken = tuple(replace(one, troubles=troubles) for one in rows)
    batches = tuple(
        HomeBatch(
            one, "r", "pending", "", "U0ASKS", "&" * 900, AT,
            subjects=tuple(f"U0P{number}" for number in range(400)),
        )
        for one in range(MOST)
    )  # fmt: skip
    text, blocks = drawn(Agenda(place, rows, broken, rows, batches))
    assert f"{MOST} or more" in text
    assert problems_in_message(blocks) == []


def test_a_channel_has_nobody_mentioned_and_nothing_to_press() -> None:
    _, blocks = drawn(Agenda(CHANNEL, (ROW,), (BROKEN,), (ROW,)))
    assert "<@" not in str(blocks)
    assert "action_id" not in str(blocks)
    assert "Ada Moreno" in str(blocks)


def test_more_batches_than_are_shown_are_counted() -> None:
    batches = tuple(HomeBatch(one, "r", "pending", "", "U0ASKS", "", AT) for one in range(5))
    text, blocks = drawn(Agenda(READER, batches=batches))
    assert text == "Today: 5 for you to decide"
    assert "2 more wait at Home" in str(blocks)


def test_a_channel_reads_of_batches_as_well() -> None:
    text, blocks = drawn(Agenda(CHANNEL, batches=(HomeBatch(7, "r", "pending", "", "U0", "", AT),)))
    assert text == "Today: 1 to decide"
    assert "atch 7" in str(blocks)
    assert "action_id" not in str(blocks)


def test_a_name_is_no_markup() -> None:
    _, blocks = drawn(Agenda(CHANNEL, (replace(ROW, name="<!channel> *x*"),)))
    assert "<!channel>" not in str(blocks)
