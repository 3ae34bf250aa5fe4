"""Terms are kept as text: whole, in one form, and never read from what is no terms."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from rules.terms import Circle, Stage, Terms, from_text
from tests.terms import one_stage

ALL = Terms(
    rules=("approval", "axiom-admins"),
    stages=(
        Stage("approval", "IT operations", ("S0OPS", "U0LEAD"), 1),
        Stage("axiom-admins", "Büro", ("S0BOARD",), 2),
    ),
    automatic=None,
    requesters=(Circle("sellers", ("S0SALES",)),),
    expires_after=timedelta(hours=72),
    valid_for=timedelta(minutes=90),
    confidential=True,
)


@pytest.mark.parametrize(
    "terms", [ALL, one_stage("U0LEAD"), replace(ALL, stages=(), automatic="readers")]
)
def test_what_was_kept_is_read_back_whole(terms: Terms) -> None:
    assert from_text(terms.text()) == terms
    assert from_text(terms.text()).digest() == terms.digest()


@pytest.mark.parametrize(
    "other",
    [
        replace(ALL, rules=("approval",)),
        replace(ALL, stages=ALL.stages[:1]),
        replace(ALL, stages=(replace(ALL.stages[0], threshold=2), ALL.stages[1])),
        replace(ALL, requesters=()),
        replace(ALL, expires_after=timedelta(hours=71)),
        replace(ALL, valid_for=timedelta(minutes=91)),
        replace(ALL, confidential=False),
    ],
)
def test_the_fingerprint_changes_with_everything_the_terms_say(other: Terms) -> None:
    assert other.digest() != ALL.digest()


def test_everybody_who_is_listed_is_listed_once() -> None:
    twice = replace(ALL, stages=(*ALL.stages, Stage("x", "X", ("U0LEAD", "U0NEW"), 1)))
    assert twice.listed == ("S0OPS", "U0LEAD", "S0BOARD", "U0NEW")
    assert twice.approvals == 4


@pytest.mark.parametrize(
    "change",
    [
        {"stages": []},
        {"stages": [{"rule": "a", "title": "A", "approvers": [], "threshold": 1}]},
        {"stages": [{"rule": "a", "title": "A", "approvers": ["@ada"], "threshold": 1}]},
        {"stages": [{"rule": "a", "title": "A", "approvers": ["U0LEAD"], "threshold": 0}]},
        {"stages": [{"rule": "a"}]},
        {"stages": None},
        {"expires_after": "soon"},
        {"requesters": ["U0LEAD"]},
    ],
)
def test_what_is_no_terms_lets_nobody_approve(change: dict[str, object]) -> None:
    broken = json.loads(ALL.text()) | change
    with pytest.raises(ValueError, match=r"terms|stage"):
        from_text(json.dumps(broken))


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "{", '"approval"'])
def test_what_is_not_even_json_of_terms_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_text(text)


def test_what_does_not_say_that_it_is_public_is_confidential() -> None:
    unclear = json.loads(one_stage("U0LEAD").text()) | {"confidential": "no"}
    assert from_text(json.dumps(unclear)).confidential
