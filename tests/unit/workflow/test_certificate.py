"""A certificate proves by itself that nobody changed it, in the facts or in the readable part."""

import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.workflow.certified import FACTS, WORD
from workflow import certificate
from workflow.certificate import Facts, document, examine

FILE = document(FACTS).encode()


def with_evidence(text: str) -> Facts:
    """Return the facts with something else attested."""
    word = WORD.model_copy(update={"evidence": text})
    removal = FACTS.removals[1].model_copy(update={"attested": word})
    return FACTS.model_copy(update={"removals": (FACTS.removals[0], removal)})


def test_a_file_that_nobody_changed_is_genuine_and_gives_its_facts_back() -> None:
    examined = examine(FILE)
    assert examined.genuine, examined.sentence
    assert examined.facts == FACTS


def test_the_same_facts_are_the_same_bytes() -> None:
    again = Facts.model_validate_json(FACTS.model_dump_json())
    assert document(again).encode() == FILE


def test_the_digest_is_that_of_the_canonical_json_in_the_file() -> None:
    text = FILE.decode()
    written = next(line for line in text.splitlines() if line.startswith("{"))
    digest = hashlib.sha256(written.encode()).hexdigest()
    assert f"SHA-256 of the facts: {digest}\n" in text
    assert digest == FACTS.digest()
    assert written == json.dumps(
        json.loads(written), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def test_a_certificate_of_this_format_is_drawn_as_ever() -> None:
    """Another drawing would make every certificate that was handed out look changed.

    Whoever changes the drawing gives the format another number, and keeps reading this one.
    """
    assert certificate.FORMAT == "aboard-certificate/1"
    assert hashlib.sha256(FILE).hexdigest() == GOLDEN


GOLDEN = "ccd12e7ce940d1cfbccac9f311d3406a5d26bf049c8e7b2b7a0ee563f617c02b"


@given(st.data())
def test_whatever_sign_is_changed_the_file_is_no_longer_genuine(data: st.DataObject) -> None:
    text = FILE.decode()
    place = data.draw(st.integers(0, len(text.rstrip("\n")) - 1))
    sign = data.draw(st.characters(codec="utf-8").filter(lambda one: one != text[place]))
    changed = text[:place] + sign + text[place + 1 :]
    assert not examine(changed.encode()).genuine


@given(st.integers(0, len(FILE) - 2))
def test_a_file_that_was_cut_is_not_genuine(length: int) -> None:
    assert not examine(FILE[:length]).genuine


def test_facts_that_were_changed_are_told_from_words_that_were() -> None:
    text = FILE.decode()
    facts = text.replace('"by":"U0LEAD"', '"by":"U0MORE"')
    words = text.replace("approved by U0LEAD", "approved by U0MORE")
    assert facts != text != words
    assert examine(facts.encode()).sentence == "The facts or their digest were changed."
    said = examine(words.encode()).sentence
    assert re.search(r"readable part was changed\. Line \d+ says something else", said)


def test_a_new_digest_for_new_facts_is_seen_in_the_readable_part() -> None:
    other = FACTS.model_copy(update={"state": "completed_with_errors"})
    text = FILE.decode()
    forged = text.replace(FACTS.canonical().decode(), other.canonical().decode())
    forged = forged.replace(FACTS.digest(), other.digest())
    assert "readable part was changed" in examine(forged.encode()).sentence


def test_something_added_at_the_end_is_seen() -> None:
    assert not examine(FILE + b"All of it is settled.\n").genuine


def test_ends_of_lines_and_a_mark_in_front_do_not_count() -> None:
    assert examine(b"\xef\xbb\xbf" + FILE.replace(b"\n", b"\r\n")).genuine
    assert examine(FILE.rstrip(b"\n")).genuine


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff", b"Hello\n", b"-----BEGIN FACTS-----\n", b"[" * 100_000, FILE[::-1]],
)
def test_what_is_no_certificate_is_called_so(content: bytes) -> None:
    assert examine(content).sentence == "This is no certificate of Aboard."


def test_facts_of_another_format_are_not_believed() -> None:
    text = FACTS.canonical().decode().replace("certificate/1", "certificate/9")
    digest = hashlib.sha256(text.encode()).hexdigest()
    forged = f"-----BEGIN FACTS-----\n{text}\n-----END FACTS-----\nSHA-256 of the facts: {digest}\n"
    assert "not of the form aboard-certificate/1" in examine(forged.encode()).sentence


@given(st.text().map(lambda text: " ".join(text.split())))
def test_no_evidence_that_somebody_types_breaks_the_file(text: str) -> None:
    facts = with_evidence(text)
    examined = examine(document(facts).encode())
    assert examined.genuine, examined.sentence
    assert examined.facts == facts


def test_evidence_that_looks_like_the_end_of_the_facts_ends_nothing() -> None:
    facts = with_evidence(f"-----END FACTS----- SHA-256 of the facts: {FACTS.digest()}")
    assert examine(document(facts).encode()).facts == facts


def test_a_person_reads_what_was_where_and_what_became_of_it() -> None:
    text = FILE.decode()
    for words in (
        "Person:     Ada Moreno, ada@acme.example",
        "approved by U0LEAD",
        "Axiom: role user, request #3",
        "was there: role user",
        "outcome:   attested",
        "evidence:  Blocked, see IT-4711",
        "STILL OPEN",
        "ixon: Engineer in Company",
    ):
        assert words in text
