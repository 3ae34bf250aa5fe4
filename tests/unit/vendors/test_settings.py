"""Addresses and secrets as configuration may hold them."""

import pytest
from pydantic import BaseModel, ValidationError

from vendors.settings import SETTINGS, BaseUrl, Secret


class Section(BaseModel):
    model_config = SETTINGS

    base_url: BaseUrl = "https://example.com"
    token: Secret | None = None


GOOD = [
    ("https://api.axiom.co", "https://api.axiom.co"),
    ("https://api.axiom.co/", "https://api.axiom.co"),
    ("https://portal.ixon.cloud:443/api", "https://portal.ixon.cloud:443/api"),
    ("https://github.acme.example/api/v3/", "https://github.acme.example/api/v3"),
    ("https://10.0.0.5", "https://10.0.0.5"),
    ("http://127.0.0.1:8080/axiom", "http://127.0.0.1:8080/axiom"),
    ("http://localhost:8080", "http://localhost:8080"),
    ("http://[::1]:8080", "http://[::1]:8080"),
]


@pytest.mark.parametrize(("given", "kept"), GOOD)
def test_a_base_address_is_kept_without_its_last_slash(given: str, kept: str) -> None:
    assert Section(base_url=given).base_url == kept


BAD = [
    "http://api.axiom.co",
    "http://10.0.0.5",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://127.1",
    "http://2130706433",
    "http://0.0.0.0",
    "https://169.254.169.254",
    "https://[fe80::1]",
    "https://user:pass@api.axiom.co",
    "https://api.axiom.co@example.com",
    "https://api.axiom.co?x=y",
    "https://api.axiom.co/#x",
    "https://api.axiom.co/../x",
    "https://api.axiom.co/./x",
    "https://api.axiom.co//x",
    "https://api.axiom.co/%2e%2e",
    "https://api.axiom.co:0",
    "https://api.axiom.co:99999",
    "https://api.axiom.co\\@example.com",
    "https://api.axiom.co\n",
    " https://api.axiom.co",
    "https://bücher.example",
    "https://",
    "https:///x",
    "ftp://api.axiom.co",
    "file:///etc/passwd",
    "//api.axiom.co",
    "",
]


@pytest.mark.parametrize("given", BAD)
def test_an_address_that_leads_elsewhere_is_refused(given: str) -> None:
    with pytest.raises(ValidationError):
        Section(base_url=given)


@pytest.mark.parametrize(
    "secret", ["", "two words", "line\nbreak", "schlüssel", "a\x00b", "x" * 5000]
)
def test_a_secret_that_no_header_can_carry_is_refused_unseen(secret: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Section.model_validate({"token": secret})
    assert not secret or secret not in str(caught.value)


def test_settings_show_no_secret_and_no_unknown_key_passes() -> None:
    section = Section.model_validate({"token": "xaat-1"})
    assert "xaat-1" not in f"{section!r} {section} {section.model_dump()}"
    with pytest.raises(ValidationError):
        Section.model_validate({"tokn": "xaat-1"})
