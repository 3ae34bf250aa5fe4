"""The tree of errors, which is the retry policy."""

import re

import pytest

from vendors import errors
from vendors.errors import VendorError


def classes() -> list[type[VendorError]]:
    named = [value for value in vars(errors).values() if isinstance(value, type)]
    return [one for one in named if issubclass(one, VendorError)]


def test_the_picture_in_the_docstring_is_the_tree() -> None:
    drawn: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^([│├└─ ]*)(\w+Error)\b", line)
        if found:
            del path[len(found[1]) // 4 :]
            drawn[found[2]] = path[-1] if path else "Exception"
            path.append(found[2])
    assert drawn == {one.__name__: one.__bases__[0].__name__ for one in classes()}


def test_every_error_has_a_kind_of_its_own() -> None:
    kinds = [one.kind for one in classes()]
    assert len(set(kinds)) == len(kinds)


@pytest.mark.parametrize("error", classes())
def test_a_kind_belongs_to_its_branch(error: type[VendorError]) -> None:
    branch = next(
        (
            one.kind
            for one in (errors.TransientError, errors.AmbiguousError, errors.PermanentError)
            if issubclass(error, one)
        ),
        "permanent",
    )
    assert error.failure == branch


def test_an_error_reads_as_its_sentence() -> None:
    error = errors.NotFoundError("acme", "Acme knows nobody.", 404, "t-1")
    assert str(error) == error.sentence == "Acme knows nobody."
    assert (error.vendor, error.status, error.trace) == ("acme", 404, "t-1")
