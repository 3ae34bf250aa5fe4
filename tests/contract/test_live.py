"""The real vendors, with real credentials, reading only: `pytest -m live tests/contract`.

ABOARD_LIVE_AXIOM and the like hold a vendor's settings as a JSON object.
"""

import os
from datetime import UTC, datetime

import pytest

from vendors.contract import Person
from vendors.registry import known_vendors, open_vendors
from vendors.tools import Tools

NOBODY = Person("U0NOBODY", "nobody-at-all@aboard.invalid", "Nobody", "AtAll")


@pytest.mark.live
@pytest.mark.enable_socket
@pytest.mark.parametrize("name", sorted(known_vendors()))
async def test_a_real_vendor_accepts_us_and_does_not_know_nobody(name: str) -> None:
    given = os.environ.get(f"ABOARD_LIVE_{name.upper()}")
    if given is None:
        pytest.skip(f"ABOARD_LIVE_{name.upper()} is not set")
    settings = known_vendors()[name].settings.model_validate_json(given)
    async with open_vendors({name: settings}, Tools(lambda: datetime.now(UTC))) as vendors:
        await vendors[name].check()
        assert await vendors[name].find(NOBODY) is None
