"""``aboard check``: every credential is tried by a call that changes nothing."""

from collections.abc import Callable

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.reader import ConfigurationError
from bot.settings import Settings
from bot.slack import home_team
from bot.vendor_desk import opened
from vendors.contract import AnyVendor
from vendors.errors import VendorError


async def check(settings: Settings, only: str | None, say: Callable[[str], None]) -> bool:
    """Say how Slack and each vendor answer; return whether all of them accept us.

    ``only`` names the one vendor to ask; Slack is left alone then.
    """
    well = [only is not None or await _slack(settings, say)]
    async with opened(settings) as vendors:
        if only is not None and only not in vendors:
            say(f"!!  {only} is not on")
            return False
        chosen = [one for one in vendors.values() if only in {None, one.name}]
        return all([*well, *[await _vendor(one, say) for one in chosen]])


async def _vendor(vendor: AnyVendor, say: Callable[[str], None]) -> bool:
    if not vendor.traits.check:
        say(f"--  {vendor.title}: offers no harmless call to check by")
        return True
    try:
        await vendor.check()
    except VendorError as error:
        say(f"!!  {vendor.title}: {error}")
        return False
    say(f"ok  {vendor.title}")
    return True


async def _slack(settings: Settings, say: Callable[[str], None]) -> bool:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=settings.environment.slack_bot_token.get_secret_value(),
            base_url=f"{settings.environment.slack_api_url}/",
            session=session,
        )
        try:
            say(f"ok  Slack: workspace {await home_team(client)}")
        except ConfigurationError as error:
            say(f"!!  Slack: {error}")
            return False
    return True
