"""files.*: the two calls around an upload, and the one that describes a file.

Source: https://docs.slack.dev/reference/methods/files.getUploadURLExternal and
https://docs.slack.dev/reference/methods/files.completeUploadExternal and
https://docs.slack.dev/reference/methods/files.info (read 2026-11).
"""

from typing import Any

from sandbox.slack.arguments import Arguments
from sandbox.slack.files import HARMLESS, File, file_object
from sandbox.slack.messages import Draft
from sandbox.slack.methods.chat import checked_blocks, watch
from sandbox.slack.methods.conversations import visible
from sandbox.slack.methods.registry import Method
from sandbox.slack.model import Channel, Json, SlackError
from sandbox.slack.state import State

MOST_CHANNELS = 100


def get_upload_url(state: State, arguments: Arguments) -> Json:
    """Give out an address to upload to."""
    length = arguments.number("length", 0)
    if length < 1:
        raise SlackError("missing_argument")
    file = state.files.expect(HARMLESS.sub("_", arguments.text("filename")), length)
    return {"upload_url": f"{state.base_url}/slack/upload/v1/{file.ticket}", "file_id": file.id}


def complete_upload(state: State, arguments: Arguments) -> Json:
    """Share what was uploaded, or keep it private where no channel is named."""
    files = [_uploaded(state, one) for one in _listed(arguments)]
    channels = [_postable(state, one) for one in _channels(arguments)]
    blocks = checked_blocks(arguments.json("blocks", "invalid_blocks"))
    words = arguments.text("initial_comment")
    if words or blocks:
        watch(state, "files.completeUploadExternal", words or " ", blocks)
    for channel in channels:
        draft = Draft(words, [] if words else blocks, arguments.maybe("thread_ts"))
        for file in files:
            file.channels.append(channel.id)
        draft.files = [file.id for file in files]
        state.messages.post(channel.id, state.app.bot_user_id, draft, bot_id=state.app.bot_id)
    return {"files": [file_object(one, state.base_url) for one in files]}


def _listed(arguments: Arguments) -> list[Json]:
    listed: Any = arguments.json("files", "invalid_arguments")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise SlackError("invalid_arguments", "[ERROR] must be a list of files: files")
    return listed


def _uploaded(state: State, named: Json) -> File:
    file = state.files.find(str(named.get("id")))
    if file.content is None:
        raise SlackError("file_not_found")
    file.title = str(named.get("title") or file.name)
    return file


def _channels(arguments: Arguments) -> list[str]:
    one, several = arguments.maybe("channel_id"), arguments.text("channels")
    named = [one] if one else [name for name in several.split(",") if name]
    if len(named) > MOST_CHANNELS:
        raise SlackError("channels_limit_exceeded")
    return named


def _postable(state: State, channel_id: str) -> Channel:
    """Return a conversation that the app is in; a person's id stands for none."""
    channel = visible(state, channel_id)
    if state.app.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def info(state: State, arguments: Arguments) -> Json:
    """Describe a file."""
    file = state.files.find(arguments.text("file"))
    if file.content is None:
        raise SlackError("file_not_found")
    return {"file": file_object(file, state.base_url), "comments": []}


METHODS: dict[str, Method] = {
    "files.info": info,
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
}
