"""Messages in channels, threads and for one pair of eyes, and what may be done with them."""

import copy
from dataclasses import dataclass, field

from sandbox.changes import Changes
from sandbox.clock import Ids, Timestamps
from sandbox.slack import inputs
from sandbox.slack.model import Json, Message, SlackError

ELEMENTS_WITHOUT_ACTION = ("image", "plain_text", "mrkdwn")


def with_ids(blocks: list[Json], ids: Ids) -> list[Json]:
    """Copy blocks, naming each block and each element the app left unnamed, as Slack does."""
    named = copy.deepcopy(blocks)
    for block in named:
        block.setdefault("block_id", ids.new("", 5))
        if block.get("type") != "rich_text":
            _name_elements(block, ids)
    return named


def _name_elements(block: Json, ids: Ids) -> None:
    inside = [*(block.get("elements") or []), block.get("accessory"), block.get("element")]
    for element in inside:
        if element and element.get("type") not in ELEMENTS_WITHOUT_ACTION:
            element.setdefault("action_id", ids.new("", 5))


@dataclass
class Draft:
    """What is about to be posted."""

    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    files: list[str] = field(default_factory=list)


class Messages:
    """Every message of the workspace, by channel, in the order they were posted."""

    def __init__(self, changes: Changes, timestamps: Timestamps, ids: Ids) -> None:
        self._changes = changes
        self._timestamps = timestamps
        self._ids = ids
        self._in: dict[str, list[Message]] = {}

    def post(
        self,
        channel: str,
        user: str,
        draft: Draft,
        *,
        bot_id: str | None = None,
        ephemeral_for: str | None = None,
    ) -> Message:
        """Put a message into a channel."""
        message = Message(
            channel,
            self._timestamps.new(),
            user,
            draft.text,
            with_ids(draft.blocks, self._ids),
            thread_ts=draft.thread_ts,
            bot_id=bot_id,
            ephemeral_for=ephemeral_for,
            metadata=draft.metadata,
            files=draft.files,
        )
        message.values = inputs.initial(message.blocks)
        self._in.setdefault(channel, []).append(message)
        self._changes.happened()
        return message

    def find(self, channel: str, ts: str) -> Message:
        """Return a message; raises message_not_found."""
        for message in self._in.get(channel, []):
            if message.ts == ts:
                return message
        raise SlackError("message_not_found")

    def update(self, message: Message, draft: Draft) -> None:
        """Replace the words and blocks of a message.

        Only a message without blocks is then marked as edited, and metadata stays where none
        is given: https://docs.slack.dev/reference/methods/chat.update.
        """
        message.text = draft.text
        message.blocks = with_ids(draft.blocks, self._ids)
        message.values = inputs.kept(message.values, inputs.initial(message.blocks))
        if draft.metadata is not None:
            message.metadata = draft.metadata
        if not draft.blocks:
            message.edited_ts = self._timestamps.new()
        self._changes.happened()

    def delete(self, message: Message) -> None:
        """Take a message away for everybody."""
        self._in[message.channel].remove(message)
        self._changes.happened()

    def react(self, message: Message, name: str, user: str) -> None:
        """Add an emoji; raises already_reacted."""
        people = message.reactions.setdefault(name, [])
        if user in people:
            raise SlackError("already_reacted")
        people.append(user)
        self._changes.happened()

    def seen_by(self, user: str | None, channel: str) -> list[Message]:
        """List what this person sees there; None sees only what everybody sees."""
        return [
            message
            for message in self._in.get(channel, [])
            if message.ephemeral_for is None or message.ephemeral_for == user
        ]

    def ephemeral(self, user: str) -> list[Message]:
        """List what only this person sees, in every channel, oldest first."""
        mine = [one for many in self._in.values() for one in many if one.ephemeral_for == user]
        return sorted(mine, key=lambda message: message.ts)

    def replies(self, channel: str, ts: str) -> list[Message]:
        """List the messages of a thread, without its parent."""
        return [one for one in self.seen_by(None, channel) if one.is_reply and one.thread_ts == ts]
