"""Facts are appended with what they make true, read in order, and mark messages as outdated."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection, Engine

from storage import audit, messages
from storage.audit import CODES, Fact
from storage.messages import Place
from tests.unit.storage.rows import NOW, add_request, fact

PAGE = Path(__file__).parents[3] / "docs" / "audit-codes.md"


def test_facts_are_read_in_the_order_in_which_they_happened(engine: Engine) -> None:
    with engine.begin() as connection:
        one, other = add_request(connection), add_request(connection)
        seqs = [audit.record(connection, fact(number)) for number in (one, other, one, one)]
        assert seqs == sorted(set(seqs))
        assert [event.seq for event in audit.of_request(connection, one)] == seqs[:1] + seqs[2:]
        assert audit.last_of(connection, one) == seqs[3]
        assert audit.last_of(connection, 999) == 0


def test_a_part_of_the_facts_can_be_read(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        seqs = [audit.record(connection, fact(number)) for _ in range(4)]
        part = audit.of_request(connection, number, after=seqs[0], until=seqs[2])
        assert [event.seq for event in part] == seqs[1:3]


def test_a_fact_is_found_by_its_code_its_request_and_its_vendor_together(engine: Engine) -> None:
    with engine.begin() as connection:
        one, other = add_request(connection), add_request(connection)
        audit.record(connection, Fact("STP004E", NOW, "aboard", one, "axiom"))
        asked = [("STP004E", one, "axiom"), ("STP001I", one, "axiom"), ("STP004E", other, "axiom")]
        asked.append(("STP004E", one, "ixon"))
        told = [audit.tells(connection, *one) for one in asked]
        assert told == [True, False, False, False]


def test_the_latest_of_several_facts_about_a_vendor_is_found(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        for code, vendor in (("STP004E", "axiom"), ("STP001I", "axiom"), ("STP004E", "ixon")):
            audit.record(connection, Fact(code, NOW, "aboard", number, vendor))
        latest = audit.last_about(connection, "axiom", ["STP004E", "STP001I"])
        assert latest is not None
        assert (latest.code, latest.vendor) == ("STP001I", "axiom")
        assert audit.last_about(connection, "axolo", ["STP004E"]) is None


def test_a_fact_is_kept_as_it_was_said(engine: Engine) -> None:
    said = Fact("STP004E", NOW, "U0ADA", None, "axiom", "failed", "rule", "0f", "1e", "timeout")
    with engine.begin() as connection:
        number = add_request(connection)
        kept = Fact(
            **{**{name: getattr(said, name) for name in Fact.__slots__}, "request_number": number}
        )
        audit.record(connection, kept)
        (event,) = audit.of_request(connection, number)
    assert {name: getattr(event, name) for name in Fact.__slots__} == {
        name: getattr(kept, name) for name in Fact.__slots__
    }


def test_a_fact_that_is_undone_was_never_there(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
    with engine.connect() as connection:
        audit.record(connection, fact(number))
        connection.rollback()
    with engine.begin() as connection:
        assert not audit.of_request(connection, number)


def test_a_fact_outdates_the_card_and_the_thread_of_its_own_request_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        mine, other = add_request(connection), add_request(connection)
        for number in (mine, other):
            for kind in ("card", "thread", "outcome", "answer"):
                messages.want(connection, Place(number, kind, "C0"), wanted=0)
        seq = audit.record(connection, fact(mine))
        wanted = {
            (one.request_number, one.kind): one.wanted
            for number in (mine, other)
            for kind in ("card", "thread", "outcome", "answer")
            for one in messages.of_request(connection, number, kind)
        }
    assert {key for key, value in wanted.items() if value == seq} == {
        (mine, "card"),
        (mine, "thread"),
    }


KINDS = ("card", "thread", "task", "notice", "reminder.1", "ending.1", "overdue.1", "answer")
SHOWN = {"card", "thread", "task", "notice"}
SAY_SOMETHING_ELSE_AFTER = {
    "reminder.1": {"DEC001I", "DEC002I", "REQ004I", "REQ005I", "REQ008I"},
    "ending.1": {"END002I", "END003I", "END004I"},
    "overdue.1": {
        "REM005I",
        "STP002I",
        "STP008I",
        "STP011I",
        "REQ006I",
        "REQ007W",
        "REQ010W",
        "REQ012I",
    },
}


def outdated(connection: Connection, number: int, seq: int) -> set[str]:
    every = [one for kind in KINDS for one in messages.of_request(connection, number, kind)]
    return {one.kind for one in every if one.wanted == seq}


def test_a_reminder_is_outdated_by_what_it_reminds_of_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        for kind in KINDS:
            messages.want(connection, Place(number, kind, "C0"), wanted=0)
        for code in set(CODES) - {"REQ001I"}:
            seq = audit.record(connection, fact(number, code))
            others = {kind for kind, codes in SAY_SOMETHING_ELSE_AFTER.items() if code in codes}
            assert outdated(connection, number, seq) == SHOWN | others, code


@pytest.mark.parametrize("code", ["STP001I", "STP003W", "STP005I", "STP013W"])
def test_a_step_that_only_asks_about_the_credential_tells_no_thread(
    engine: Engine, code: str
) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        for kind in KINDS:
            messages.want(connection, Place(number, kind, "C0"), wanted=0)
        seq = audit.record(connection, replace(fact(number, code), detail=audit.PROBE))
        assert outdated(connection, number, seq) == SHOWN - {"thread"}


def test_the_first_fact_of_a_request_outdates_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection)
        messages.want(connection, Place(number, "card", "C0"), wanted=0)
        seq = audit.record(connection, fact(number, "REQ001I"))
        assert outdated(connection, number, seq) == set()


def test_a_fact_says_that_it_went_well_and_nothing_more_unless_it_is_told(engine: Engine) -> None:
    with engine.begin() as connection:
        audit.record(connection, Fact("SYS001I", NOW, "aboard"))
        event = audit.last_with(connection, "SYS001I")
    assert event is not None
    assert (event.outcome, event.detail, event.rule, event.vendor) == ("ok", "", None, None)
    assert (event.request_number, event.plan_digest, event.policy_digest) == (None, None, None)


def test_the_latest_fact_with_a_code_is_found(engine: Engine) -> None:
    with engine.begin() as connection:
        assert audit.last_with(connection, "SYS001I") is None
        for code, actor in (("SYS001I", "one"), ("SYS001I", "two"), ("SYS002I", "three")):
            audit.record(connection, fact(None, code, actor))
        event = audit.last_with(connection, "SYS001I")
    assert event is not None
    assert event.actor == "two"


def test_a_request_stands_under_the_terms_of_its_row_and_none_under_those_of_another(
    engine: Engine,
) -> None:
    with engine.begin() as connection:
        add_request(connection)
        number = add_request(connection, terms="{}", batch=7)
        assert audit.terms_of(connection, number) == audit.Under("{}", 7)
        assert audit.terms_of(connection, number + 1) is None


def test_the_meaning_of_every_code_is_documented() -> None:
    documented = re.findall(r"^\| `(.*)` \| (.*) \|$", PAGE.read_text(), re.MULTILINE)
    assert documented == list(CODES.items())


def test_nobody_can_change_what_a_code_means() -> None:
    with pytest.raises(TypeError):
        CODES["REQ001I"] = "something else"  # type: ignore[index]  # that is what is tried


def test_every_code_says_what_it_is_about_and_how_grave_it_is() -> None:
    for code, meaning in CODES.items():
        assert len(code) == 7
        assert code[:3].isalpha()
        assert code[3:6].isdigit()
        assert code[6] in "IWE"
        assert meaning


def test_every_fact_about_a_request_carries_the_digest_of_its_policy(engine: Engine) -> None:
    with engine.begin() as connection:
        number = add_request(connection, policy_digest="1e" * 32)
        for code in CODES:
            audit.record(connection, Fact(code, NOW, "aboard", number))
        audit.record(connection, Fact("REQ001I", NOW, "aboard", number, policy_digest="2f"))
        events = audit.of_request(connection, number)
    assert [event.policy_digest for event in events] == ["1e" * 32] * len(CODES) + ["2f"]
