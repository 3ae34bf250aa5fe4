"""App Home where Slack is slow: what was begun earlier covers nothing that was shown since."""

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.slack.model import User
from tests.e2e.story import Story
from tests.e2e.test_home import has, home_of, search
from tests.e2e.world import OUT_OF_DATE


async def test_a_home_begun_earlier_does_not_cover_a_newer_one(story: Story, ada: User) -> None:
    who, held, released = story.people.member(), list[str](), asyncio.Event()

    async def hold(request: web.Request, handler: Handler) -> web.StreamResponse:
        held.append(request.path)
        story.world.server.changes.happened()
        await released.wait()
        return await handler(request)

    await home_of(story, who)
    story.world.clock.forward(OUT_OF_DATE)
    story.world.server.slack.faults.plant("held", hold, 1, "users.info")
    opening = asyncio.create_task(story.slack.open_home(who))
    await story.until(lambda: held)
    await search(story, who, ada)
    is_newer = has(story, who, "What there is", "nothing that you may see")
    await story.until(is_newer)
    released.set()
    assert (await opening).ok
    assert is_newer()
