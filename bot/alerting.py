"""Tells the channel of the cards, once, that a vendor refuses the credential, and that it is over.

What is to be told stands in the rows, so that one of several processes tells it, and a Slack that
is down hears of it later.
"""

from dataclasses import dataclass
from functools import partial

from bot.crier import Crier
from storage import stops
from storage.stop_model import VendorStop
from workflow.means import Means
from workflow.stops import was_accepted

_STOPPED = (
    ":rotating_light: {title} does not accept the credential ({names}). Nothing is lost: what is "
    "to be done there waits, and one step a minute asks again. Replace the credential, and it goes "
    "on by itself."
)
_GOES_ON = ":white_check_mark: {title} is called again: what waited for it goes on by itself."
_UNASKED = (
    ":grey_question: Nothing waits for {title} any more, so that nobody asks there. Whether it "
    "accepts the credential ({names}) the next step finds out."
)


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells people of vendors; ``once`` is called by a loop."""

    means: Means
    crier: Crier

    async def once(self) -> float | None:
        """Tell what nobody was told yet; where Slack fails, it is tried again a minute later."""
        database, now = self.means.database, self.means.clock()
        news = await database.read(partial(stops.news, now=now))
        if news is None or not await database.write(
            partial(stops.take_telling, stop=news, now=now)
        ):
            return None
        words = await self._words(news)
        if not await self.crier.tell(words):
            return None
        await database.write(partial(stops.told, stop=news))
        return 0.01

    async def _words(self, news: VendorStop) -> str:
        vendor = self.means.vendors.get(news.vendor)
        names = ", ".join(vendor.secrets.values()) if vendor else "none is set"
        return (await self._said(news)).format(title=news.title, names=names)

    async def _said(self, news: VendorStop) -> str:
        if news.since is not None:
            return _STOPPED
        accepted = partial(was_accepted, vendor=news.vendor)
        return _GOES_ON if await self.means.database.read(accepted) else _UNASKED
