"""What people type after a slash command.

With ``should_escape`` Slack turns ``@ada`` into ``<@U012|ada>``; a plain ``@ada`` means that Slack
knew nobody of that name: https://docs.slack.dev/interactivity/implementing-slash-commands
"""

import re
from dataclasses import dataclass

_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,20})(?:\|[^>]*)?>")
_LINK = re.compile(r"<[^|>]*\|([^>]*)>|<([^>]*)>")


@dataclass(frozen=True, slots=True)
class Typed:
    """A person and the words around their name. ``wrong`` is a sentence where it makes no sense."""

    subject: str | None = None
    words: tuple[str, ...] = ()
    wrong: str | None = None


def parse(text: str) -> Typed:
    """Read ``@person word word …``; nothing at all is fine, too."""
    mentions = _MENTION.findall(text)
    if len(set(mentions)) > 1:
        return Typed(wrong="One person at a time, please.")
    rest = [_unescaped(one) for one in _LINK.sub(_label, _MENTION.sub(" ", text)).split()]
    if not mentions and rest:
        return Typed(wrong=_nobody(rest[0]))
    return Typed(mentions[0] if mentions else None, tuple(rest))


def with_ids(text: str) -> str:
    """Return ``text`` with the ids of the people that Slack wrote as mentions."""
    return _MENTION.sub(r" \1 ", text)


def _label(match: re.Match[str]) -> str:
    """Return what a link showed: Slack turns `ada.dev` into a link, and a login stays a login."""
    return match.group(1) or match.group(2) or ""


def _unescaped(word: str) -> str:
    """Return a word as it was typed: Slack writes three signs as entities, and no other ones."""
    return word.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _nobody(word: str) -> str:
    if word.startswith("@"):
        return (
            f"Slack found nobody called `{_harmless(word)}`. Type @ and the first letters, then "
            "choose the person from the list, or use the form without typing anything."
        )
    return "Please start with the person, for example `@ada`. Without anything, a form opens."


def _harmless(word: str) -> str:
    return re.sub(r"[^@\w.\-]", "", word)[:40]
