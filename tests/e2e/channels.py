"""Places into which the bot cannot speak for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.slack.model import User
from tests.e2e.story import Story


@contextmanager
def without_the_bot(story: Story, channel: str, *, private: bool = False) -> Iterator[None]:
    """Have somebody remove the bot from a channel, and bring it back in the end."""
    place = story.slack.state.directory.channel(story.slack.channel(channel))
    bot = story.slack.state.app.bot_user_id
    place.members.remove(bot)
    place.is_private = private
    try:
        yield
    finally:
        place.members.append(bot)
        place.is_private = False


@contextmanager
def out_of_reach(story: Story, user: User) -> Iterator[None]:
    """Have Slack find no direct message with somebody, who stays in their groups."""
    users = story.slack.state.directory.users
    del users[user.id]
    try:
        yield
    finally:
        users[user.id] = user
