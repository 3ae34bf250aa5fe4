"""An export of a human resources system becomes people and accesses, or says what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.ambition_access import AmbitionAccess, Deactivation
from vendors.ambition_export import ExportError, ExportTypes, people_in

HEADER = "first_name,last_name,email,role,team_name"
PAGE = f"""{HEADER}
Jason,Smith,jason@yourcompany.com,Account Executive,Dogs
Susan,Simpson,susan@yourcompany.com,Customer Support,Cats
"""


def test_the_pages_example_is_read() -> None:
    people = people_in(PAGE)
    assert [one.person.name for one in people] == ["Jason Smith", "Susan Simpson"]
    assert [(one.person.email, one.wanted) for one in people] == [
        (
            "jason@yourcompany.com",
            AmbitionAccess(groups={"Role": "Account Executive", "Team": "Dogs"}),
        ),
        (
            "susan@yourcompany.com",
            AmbitionAccess(groups={"Role": "Customer Support", "Team": "Cats"}),
        ),
    ]


def test_columns_come_in_any_order_with_spaces_and_a_mark_before_them() -> None:
    text = '\ufeffemail, role,team_name,last_name,first_name\r\n a@b.example ,"Lead, West",,L,A\r\n'
    [one] = people_in(text)
    assert (one.person.email, one.person.name) == ("a@b.example", "A L")
    assert one.wanted == AmbitionAccess(groups={"Role": "Lead, West"})


def test_types_may_have_been_renamed() -> None:
    [first, _] = people_in(PAGE, ExportTypes(role="Job", team_name="Squad"))
    assert first.wanted == AmbitionAccess(groups={"Job": "Account Executive", "Squad": "Dogs"})


def test_a_column_of_the_page_says_who_leaves() -> None:
    text = f"""is_active,{HEADER}
true,Jason,Smith,jason@yourcompany.com,Account Executive,Dogs
FALSE,Susan,Simpson,susan@yourcompany.com,Customer Support,Cats
"""
    jason, susan = people_in(text)
    assert jason.wanted == AmbitionAccess(groups={"Role": "Account Executive", "Team": "Dogs"})
    assert susan.wanted == Deactivation()


WRONG = [
    ("", "Line 1: the columns must be"),
    ("first_name,last_name,email,role\n", "Line 1: the columns must be"),
    (f"{HEADER},role\nA,B,a@b.example,,,\n", "Line 1: the columns must be"),
    (f"{HEADER},salary\nA,B,a@b.example,,,9\n", "Line 1: the columns must be"),
    (f"{HEADER}\n", "names nobody"),
    (f"{HEADER}\nA,B,a@b.example,x\n", "Line 2: there are 4 cells, and not 5"),
    (f"{HEADER}\n\nA,B,a@b.example,x,y\n", "Line 2: there are 0 cells, and not 5"),
    (f"{HEADER},is_active\nA,B,a@b.example,x,y,\n", "Line 2: the is_active must be true or false"),
    (f"{HEADER},is_active\nA,B,a@b.example,x,y,no\n", "the is_active must be true or false"),
    (f"{HEADER},is_active,is_active\n", "Line 1: the columns must be"),
    (f'{HEADER}\nA,B,"a@b.example"x,y,z\n', "this is no CSV"),
    (f'{HEADER}\nA,B,"a@b.example,y,z\n', "this is no CSV"),
    (f"{HEADER}\n,B,a@b.example,,\n", "Line 2: the first_name is missing"),
    (f"{HEADER}\nA,B,,,\n", "Line 2: the email is missing"),
    (f"{HEADER}\nA,B,nobody,,\n", "Line 2: the email is no e-mail address"),
    (f"{HEADER}\nA,B,a@b.example,{'x' * 256},\n", "Line 2: the role is longer"),
    (f'{HEADER}\nA,B,a@b.example,"x\ny",\n', "Line 2: the role holds a line break"),
    (f'{HEADER}\nA,B,a@b.example,"x\ny",\nC,D,,,\n', "Line 4: the email is missing"),
    (f"{HEADER}\nA,B,a@b.example,,\nC,D,A@B.example,,\n", "Line 3: the e-mail stands in line 2"),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_what_is_wrong_is_told_by_its_line(text: str, words: str) -> None:
    with pytest.raises(ExportError) as caught:
        people_in(text)
    assert any(words in problem for problem in caught.value.problems)


def test_everything_that_is_wrong_is_told_at_once_and_names_nobody() -> None:
    text = f"{HEADER}\n,,wrong-address,,\nAda,Lovelace,ada@b.example,,\nAda,Byron,ADA@b.example,,\n"
    with pytest.raises(ExportError) as caught:
        people_in(text)
    assert caught.value.problems == (
        "Line 2: the first_name is missing.",
        "Line 2: the last_name is missing.",
        "Line 2: the email is no e-mail address.",
        "Line 4: the e-mail stands in line 3 already.",
    )


def test_a_file_that_ambition_could_not_take_is_not_read() -> None:
    with pytest.raises(ExportError, match="longer than"):
        people_in("x" * 15_000_001)


def problems_of(text: str) -> tuple[str, ...]:
    """Return what is wrong with a file, or nothing where it is read."""
    try:
        people_in(text)
    except ExportError as error:
        return error.problems
    return ()


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_sentences(text: str) -> None:
    assert all(problem.endswith(".") for problem in problems_of(f"{HEADER}\n{text}"))
