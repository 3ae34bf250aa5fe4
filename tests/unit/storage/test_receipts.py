"""Receipts are kept once for each person, and what requests tried since can be told."""

from sqlalchemy.engine import Engine

from storage import receipts
from tests.unit.storage.rows import NOW, SECOND, add_request, add_step


def receipt(subject: str, content: str = "c1", vendor: str = "ambition") -> dict[str, str | int]:
    return {
        "vendor": vendor, "subject": subject, "content": content, "source": "0f3a", "at": NOW,
    }  # fmt: skip


def test_a_receipt_takes_the_place_of_the_one_before_it(engine: Engine) -> None:
    with engine.begin() as connection:
        assert receipts.is_kept(connection)
        receipts.keep(connection, [receipt("ada"), receipt("grace"), receipt("ada", "c3", "axiom")])
        receipts.keep(connection, [receipt("ada", "c2")])
        receipts.keep(connection, [])
        kept = receipts.of_vendor(connection, "ambition")
        assert {name: (one.content, one.at) for name, one in kept.items()} == {
            "ada": ("c2", NOW),
            "grace": ("c1", NOW),
        }


def test_thousands_are_kept_and_forgotten_at_once(engine: Engine) -> None:
    subjects = [f"person-{number}" for number in range(1_200)]
    with engine.begin() as connection:
        receipts.keep(connection, [receipt(one) for one in subjects])
        receipts.drop(connection, "axiom", subjects)
        assert len(receipts.of_vendor(connection, "ambition")) == len(subjects)
        receipts.drop(connection, "ambition", [*subjects[1:], "nobody"])
        assert list(receipts.of_vendor(connection, "ambition")) == subjects[:1]


def test_what_requests_tried_at_a_vendor_is_told_by_address_in_whatever_case(
    engine: Engine,
) -> None:
    with engine.begin() as connection:
        for email, vendor, attempts, after in (
            ("Ada@acme.example", "ambition", 1, 2),
            ("ada@acme.example", "ambition", 2, 1),
            ("bob@acme.example", "ambition", 0, 3),
            ("eve@acme.example", "axiom", 1, 3),
            (None, "ambition", 1, 3),
        ):
            number = add_request(connection, email=email, state="completed")
            moment = NOW + after * SECOND
            add_step(connection, number, vendor=vendor, attempts=attempts, updated_at=moment)
        assert receipts.moved(connection, "ambition") == {"ada@acme.example": NOW + 2 * SECOND}
