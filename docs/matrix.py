#!/usr/bin/env python3
"""Draws the vendor matrix of docs/vendors.md and of the README from what each class says of itself.

Which promises do not fit a vendor is taken from its tests. `.venv/bin/python docs/matrix.py` writes
it all; with `--check` nothing is written, and the exit status is 1 where a document and the classes
differ.
"""

import sys
from pathlib import Path

from tests.contract.keepers import keepers
from vendors.contract import Traits
from vendors.fields import AccessField, fields_of
from vendors.registry import BUILT_IN, VendorClass
from vendors.testing.promises import promises

VENDORS = Path(__file__).with_name("vendors.md")
README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- drawn by docs/matrix.py -->\n", "<!-- end of what is drawn -->\n"
QUESTIONS = {
    "Can the credential be checked?": "check",
    "Can a person be looked up?": "find",
    "Can everybody be listed?": "list",
    "Can an account be removed?": "remove",
    "Can a write be confirmed?": "verify",
    "Must the person accept an invitation?": "invites",
    "Can an invitation be mailed again?": "resend",
    "Does one call take many people?": "many",
}
KEEPERS = keepers()
WORDS = {"github_login": "GitHub login", "email": "e-mail address"}


def drawn() -> dict[Path, str]:
    """Return what stands in each document: the matrix, and what else the vendors say."""
    vendors = [BUILT_IN[name] for name in sorted(BUILT_IN)]
    facts = [line for one in vendors for line in _facts(one)]
    return {
        README: "\n".join(_matrix(vendors)),
        VENDORS: "\n".join([*_matrix(vendors), _promised(vendors), *facts]),
    }


def _matrix(vendors: list[VendorClass]) -> list[str]:
    rows = [("", *(one.title for one in vendors)), tuple("---" for _ in range(len(vendors) + 1))]
    for question, trait in QUESTIONS.items():
        rows.append((question, *(_yes(one, trait) for one in vendors)))
    rows += [
        ("People are known by", *(_needs(one) for one in vendors)),
        ("Published limit", *(_rate(one.traits) for one in vendors)),
        ("A list may be late by, as we assume", *(_late(one.traits) for one in vendors)),
    ]
    return [_line(row) for row in rows]


def _promised(vendors: list[VendorClass]) -> str:
    question = f"Of {len(promises())} promises, how many do not fit?"
    return _line((question, *(_bent(one) for one in vendors)))


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _yes(vendor: VendorClass, trait: str) -> str:
    return "yes" if getattr(vendor.traits, trait) else "no"


def _needs(vendor: VendorClass) -> str:
    return ", ".join(WORDS[need] for need in sorted(vendor.needs))


def _bent(vendor: VendorClass) -> str:
    return str(len(KEEPERS[vendor.name].deviations) or "none")


def _rate(traits: Traits) -> str:
    return f"{traits.rate.calls} calls in {traits.rate.seconds} s" if traits.rate else "none"


def _late(traits: Traits) -> str:
    return f"{traits.settle} s" if traits.find else "no list"


def _facts(vendor: VendorClass) -> list[str]:
    secrets = ", ".join(f"`{name}`" for name in vendor.secrets.values())
    return [
        f"\n## {vendor.title}\n",
        f"- Credential: {secrets}",
        f"- [The vendor's document]({vendor.traits.page}), read {vendor.traits.read_on:%B %Y}",
        *(f"- {note}" for note in vendor.traits.notes),
        "\n| a profile can ask for | which is | and takes | usually |",
        "| --- | --- | --- | --- |",
        *(_field(vendor, one) for one in fields_of(vendor.access)),
        *_deviations(vendor),
    ]


def _field(vendor: VendorClass, field: AccessField) -> str:
    usual = vendor.access.model_fields[field.name].get_default(call_default_factory=True)
    shown = str(usual).lower() if isinstance(usual, bool) else usual
    means = f"{field.title}. {field.hint}".strip()
    said = f"`{shown}`" if usual not in (None, (), {}) else "nothing"
    return f"| `{field.name}` | {means} | {_takes(field)} | {said} |"


def _takes(field: AccessField) -> str:
    match field.kind:
        case "switch":
            return "`true` or `false`"
        case "listed":
            return "one of " + ", ".join(f"`{one.value}`" for one in field.options)
        case "one":
            return "one of what is offered"
        case "many":
            return "any of what is offered"
        case _:
            return "a text"


def _deviations(vendor: VendorClass) -> list[str]:
    given = KEEPERS[vendor.name].deviations
    if not given:
        return []
    lines = [
        f"- *{_sentence(name)}.* {reason[0].upper()}{reason[1:]}." for name, reason in given.items()
    ]
    return ["\nPromises that do not fit, each with the reason:\n", *lines]


def _sentence(promise: str) -> str:
    return promise.removeprefix("test_").replace("_", " ").capitalize()


def main() -> int:
    """Write the documents, or compare them."""
    texts = {document: document.read_text(encoding="utf-8") for document in drawn()}
    wanted = {document: _with(texts[document], said) for document, said in drawn().items()}
    if "--check" in sys.argv[1:]:
        return 0 if texts == wanted else 1
    for document, text in wanted.items():
        document.write_text(text, encoding="utf-8")
    return 0


def _with(text: str, said: str) -> str:
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{said}\n\n{END}{after}"


if __name__ == "__main__":
    sys.exit(main())
