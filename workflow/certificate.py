"""A leaver's certificate: facts, the same as text for people, and a digest that proves they agree.

The file is one text: what people read, then the facts as canonical JSON (RFC 8785), then the
SHA-256 of that JSON. The text follows from the facts alone, so that whoever has the file can draw
it again and compare: a change of either part is seen without a network and without a database.
Nothing in it says when it was drawn: the same facts are the same bytes. Whoever changes the facts
and computes the digest anew is found out by the audit log, which holds the digest of each
certificate that was handed out.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Final, Literal

import rfc8785
from pydantic import BaseModel, ConfigDict, ValidationError

FORMAT: Final = "aboard-certificate/1"

_BEGIN, _END = "-----BEGIN FACTS-----", "-----END FACTS-----"
_DIGEST = "SHA-256 of the facts: "
_MOST_BYTES = 2_000_000
_SAID = {"approve": "approved", "deny": "denied"}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Leaver(_Part):
    """Whom the certificate is about."""

    slack_id: str
    name: str
    email: str
    github_login: str | None


class Answer(_Part):
    """What one approver answered, about which request and under which rule."""

    request: int
    by: str
    verdict: str
    at: str
    rule: str
    plan: str


class Given(_Part):
    """What an earlier request gave at a vendor, and how it ended there."""

    request: int
    title: str
    access: str
    outcome: str
    at: str


class Attested(_Part):
    """Who says that something was done by hand, under which rule, and how that can be seen."""

    by: str
    at: str
    rule: str
    evidence: str


class Removal(_Part):
    """One vendor's part: what was there, what became of it, and how that is known."""

    vendor: str
    title: str
    was: str
    planned: str
    outcome: str
    at: str
    is_settled: bool
    verified: str
    said: str
    attested: Attested | None


class Happened(_Part):
    """A fact of the audit log, with its number there."""

    seq: int
    at: str
    code: str
    actor: str
    vendor: str | None
    outcome: str


class Facts(_Part):
    """Everything that a certificate says. Moments are ISO 8601 in UTC."""

    format: Literal["aboard-certificate/1"]
    workspace: str
    request: int
    state: str
    person: Leaver
    asked_by: str
    on_behalf_of: str | None = None
    asked_at: str
    ended_at: str
    rules: tuple[str, ...]
    policy: str
    plan: str
    answers: tuple[Answer, ...]
    given: tuple[Given, ...]
    removals: tuple[Removal, ...]
    left: tuple[str, ...]
    log: tuple[Happened, ...]

    def canonical(self) -> bytes:
        """Return the facts as canonical JSON; without a name for what nobody was named for."""
        nobody = {"on_behalf_of"} if self.on_behalf_of is None else set[str]()
        return rfc8785.dumps(self.model_dump(mode="json", exclude=nobody))

    def digest(self) -> str:
        """Return the SHA-256 of the canonical JSON in hexadecimal."""
        return hashlib.sha256(self.canonical()).hexdigest()


@dataclass(frozen=True, slots=True)
class Examined:
    """What is to be said of a file. ``facts`` are there unless nothing could be read at all."""

    genuine: bool
    sentence: str
    facts: Facts | None = None


def document(facts: Facts) -> str:
    """Return the whole file."""
    digest = facts.digest()
    lines = [*_head(facts), *_answers(facts), *_given(facts), *_removals(facts), *_left(facts)]
    lines += [*_log(facts), "THE SAME FACTS FOR PROGRAMS", "", _BEGIN, facts.canonical().decode()]
    lines += [_END, f"{_DIGEST}{digest}", "Check this file: aboard evidence verify FILE"]
    return "\n".join(lines) + "\n"


def examine(content: bytes) -> Examined:
    """Say whether a file is a certificate as Aboard draws it; ends of lines do not count."""
    found = _parts(content)
    if found is None:
        return Examined(genuine=False, sentence="This is no certificate of Aboard.")
    text, written, digest = found
    facts = _facts(written)
    if hashlib.sha256(written.encode()).hexdigest() != digest:
        return Examined(genuine=False, sentence="The facts or their digest were changed.")
    if facts is None:
        sentence = f"These facts are not of the form {FORMAT}, the only one that is known here."
        return Examined(genuine=False, sentence=sentence)
    if document(facts) != text:
        return Examined(genuine=False, sentence=_difference(text, document(facts)), facts=facts)
    return Examined(genuine=True, sentence="Nothing in this file was changed.", facts=facts)


def _parts(content: bytes) -> tuple[str, str, str] | None:
    """Return the text of a file, its facts as they are written, and the digest it names."""
    try:
        text = content[:_MOST_BYTES].decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n") + "\n"
    except UnicodeDecodeError:
        return None
    lines = text.split("\n")
    if _BEGIN not in lines or _END not in lines:
        return None
    begin, end = lines.index(_BEGIN), lines.index(_END)
    if end != begin + 2 or end + 1 >= len(lines) or not lines[end + 1].startswith(_DIGEST):
        return None
    return text, lines[begin + 1], lines[end + 1].removeprefix(_DIGEST)


def _facts(written: str) -> Facts | None:
    try:
        facts = Facts.model_validate(json.loads(written))
    except (ValueError, ValidationError, RecursionError):
        return None
    return facts if facts.canonical().decode() == written else None


def _difference(text: str, right: str) -> str:
    pairs = zip(text.split("\n"), right.split("\n"), strict=False)
    line = next((at for at, (one, other) in enumerate(pairs, start=1) if one != other), 0)
    where = f"Line {line}" if line else "The end"
    return f"The readable part was changed. {where} says something else than the facts."


def _head(facts: Facts) -> list[str]:
    person, policy = facts.person, ", ".join(facts.rules) or "none"
    return [
        "LEAVER'S CERTIFICATE",
        "",
        f"Person:     {person.name}, {person.email}",
        f"            Slack {person.slack_id}, GitHub {person.github_login or 'none'}",
        f"Workspace:  {facts.workspace}",
        f"Request:    #{facts.request}, asked by {facts.asked_by} at {facts.asked_at}",
        *([f"            on behalf of {facts.on_behalf_of}"] if facts.on_behalf_of else []),
        f"Ended:      {facts.ended_at}, {_words(facts.state)}",
        f"Policy:     rules {policy}, SHA-256 {facts.policy}",
        f"Plan:       SHA-256 {facts.plan}",
        "",
    ]


def _answers(facts: Facts) -> list[str]:
    lines = [
        f"  {_SAID.get(one.verdict, one.verdict)} by {one.by} at {one.at},"
        f" request #{one.request}, rule {one.rule}, plan {one.plan}"
        for one in facts.answers
    ]
    return ["DECIDED BY", "", *(lines or ["  Nobody: a rule approved it by itself."]), ""]


def _given(facts: Facts) -> list[str]:
    lines = [
        f"  {one.title}: {one.access}, request #{one.request} at {one.at} ({_words(one.outcome)})"
        for one in facts.given
    ]
    title = "WHAT ABOARD HAD GIVEN BEFORE, BUT FOR WHAT WAS CONFIDENTIAL"
    return [title, "", *(lines or ["  Nothing."]), ""]


def _removals(facts: Facts) -> list[str]:
    lines = [line for one in facts.removals for line in _removal(one)]
    return [
        "WHAT WAS WHERE, AND WHAT BECAME OF IT",
        "",
        *(lines or ["  Nothing was anywhere.", ""]),
    ]


def _removal(one: Removal) -> list[str]:
    lines = [
        f"  {one.title}",
        f"    was there: {one.was or 'nothing that Aboard saw'}",
        f"    planned:   {one.planned}",
        f"    outcome:   {_words(one.outcome)}, at {one.at}",
        f"    verified:  {one.verified}",
        f"    said:      {one.said}",
    ]
    if one.attested is not None:
        word = one.attested
        lines.append(f"    attested:  by {word.by} at {word.at}, rule {word.rule}")
        lines.append(f"    evidence:  {word.evidence}")
    return [*lines, ""]


def _left(facts: Facts) -> list[str]:
    lines = [f"  {one}" for one in facts.left] or ["  Nothing."]
    return ["STILL OPEN", "", *lines, ""]


def _log(facts: Facts) -> list[str]:
    lines = [
        f"  {one.seq}  {one.at}  {one.code}  {one.actor}  {one.vendor or '-'}  {one.outcome}"
        for one in facts.log
    ]
    return ["FROM THE AUDIT LOG", "", *lines, ""]


def _words(state: str) -> str:
    return state.replace("_", " ")
