"""The requests that AppXite would get, before an operator confirms them: nothing is sent.

Its paths and names are known to its customers only. So this reads ``[vendors.appxite]`` whether it
is confirmed or not, and needs neither a secret nor any other setting.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel

from bot.findings import REQUEST, Finding, Mark
from bot.reader import ConfigurationError, Reader
from bot.settings import DEFAULT_FILE, load
from vendors.appxite_access import AppxiteAccess
from vendors.appxite_preview import requests
from vendors.appxite_settings import AppxiteWiring
from vendors.appxite_tokens import NAME, TITLE

_CONFIRMED = f"vendors.{NAME}.confirmed "
_SECTION = ConfigDict(extra="ignore", hide_input_in_errors=True)


class _Vendors(BaseModel):
    model_config = _SECTION

    appxite: AppxiteWiring


class _Profile(BaseModel):
    model_config = _SECTION

    appxite: AppxiteAccess | None = None


class _Profiles(RootModel[dict[str, _Profile]]):
    pass


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent, and whether somebody has confirmed it.

    ``problems`` are what is wrong with the other settings, looked for where it is not confirmed.
    """

    findings: tuple[Finding, ...]
    confirmed: bool
    problems: tuple[str, ...] = ()


def preview(environ: Mapping[str, str]) -> Preview:
    """Show what would be sent; ``ConfigurationError`` where AppXite's own section is wrong."""
    reader = Reader(Path(environ.get("ABOARD_CONFIG") or DEFAULT_FILE), environ)
    vendors = reader.section("vendors", _Vendors)
    profiles = reader.section("profiles", _Profiles)
    if vendors is None or profiles is None:
        raise ConfigurationError(reader.problems)
    wiring = vendors.appxite
    findings = tuple(_findings(wiring, profiles.root))
    if wiring.confirmed:
        return Preview(findings, confirmed=True)
    return Preview((*findings, _waiting()), confirmed=False, problems=_problems(environ))


def _findings(wiring: AppxiteWiring, profiles: Mapping[str, _Profile]) -> Iterator[Finding]:
    """Yield every request once, and the invitation once for each access that a profile gives."""
    named = {name: one.appxite for name, one in profiles.items() if one.appxite is not None}
    seen: set[str] = set()
    for name, access in (named or {"": AppxiteAccess()}).items():
        for title, text in requests(wiring, access):
            if text not in seen:
                seen.add(text)
                whose = f" (profile {name})" if name and "Invite" in title else ""
                yield Finding(TITLE, REQUEST, Mark.UNKNOWN, f"# {title}{whose}\n{text}")


def _waiting() -> Finding:
    detail = (
        "nothing was sent. Compare these requests with developer.appxite.com, then set "
        "confirmed = true."
    )
    return Finding(TITLE, "confirmation", Mark.UNKNOWN, detail)


def _problems(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return what is wrong with the settings, but for what this is there for."""
    try:
        load(environ)
    except ConfigurationError as error:
        return tuple(one for one in error.problems if _CONFIRMED not in one)
    return ()
