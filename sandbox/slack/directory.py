"""Who is here and where they talk: people, channels, direct messages, user groups."""

from collections.abc import Iterable

from sandbox.clock import Ids
from sandbox.slack.model import Channel, SlackError, User, UserGroup


class Directory:
    """People, channels and groups by id, as one app sees them."""

    def __init__(
        self,
        users: Iterable[User],
        channels: Iterable[Channel],
        groups: Iterable[UserGroup],
        ids: Ids,
    ) -> None:
        self.users = {user.id: user for user in users}
        self.channels = {channel.id: channel for channel in channels}
        self.groups = {group.id: group for group in groups}
        self._ids = ids

    def user(self, user_id: str) -> User:
        """Return a person; raises user_not_found."""
        if user_id not in self.users:
            raise SlackError("user_not_found")
        return self.users[user_id]

    def by_email(self, email: str) -> User:
        """Return the member with this address, case folded; raises users_not_found."""
        for user in self.users.values():
            if user.email and user.email.casefold() == email.casefold() and not user.deleted:
                return user
        raise SlackError("users_not_found")

    def channel(self, channel_id: str) -> Channel:
        """Return a channel or direct message; raises channel_not_found."""
        if channel_id not in self.channels:
            raise SlackError("channel_not_found")
        return self.channels[channel_id]

    def named(self, name: str) -> Channel | None:
        """Return the channel called `name` (with or without #)."""
        bare = name.removeprefix("#")
        return next((one for one in self.channels.values() if one.name == bare), None)

    def group(self, group_id: str) -> UserGroup:
        """Return a user group; raises no_such_subteam."""
        if group_id not in self.groups:
            raise SlackError("no_such_subteam")
        return self.groups[group_id]

    def direct(self, user_id: str, bot_user_id: str) -> tuple[Channel, bool]:
        """Return the direct message between the app and a person, and whether it was there."""
        for channel in self.channels.values():
            if channel.im_with == user_id:
                return channel, True
        channel = Channel(self._ids.new("D"), "", [user_id, bot_user_id], im_with=user_id)
        self.channels[channel.id] = channel
        return channel, False

    def of(self, user_id: str) -> list[Channel]:
        """List what this person is in."""
        return [one for one in self.channels.values() if user_id in one.members]
