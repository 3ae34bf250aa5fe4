"""What stands in a file that somebody handed in with a form.

https://docs.slack.dev/reference/objects/file-object: ``url_private`` is read with the bot's token.
The token is sent to Slack's own file host alone, or to where the Web API is; a redirect is not
followed. Where Slack does not like the token, it answers 200 with a page for signing in.
"""

from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from commands.slack_errors import UNREACHABLE, code_of, cure_of
from workflow.batch_reading import Upload
from workflow.directory import DirectoryError

LARGEST = 256 * 1024
"""How many bytes of a file are read at most; five hundred lines have a fifth of that."""

_FILE_HOST = ("https", "files.slack.com")
_OK = 200


class Uploads:
    """Reads files with the client of the bot."""

    def __init__(self, client: AsyncWebClient) -> None:
        """Ask with ``client``, which has a session of its own."""
        self._client = client

    async def text(self, file: str) -> Upload:
        """Return the text of a file; raises ``DirectoryError`` where Slack cannot be asked now."""
        try:
            answer = await self._client.files_info(file=file)
            url = str((answer.get("file") or {}).get("url_private") or "")
            content = await self._read(url)
        except SlackApiError as error:
            if cure_of(error) == "gone":
                return Upload("", "The file is gone. Please hand it in once more.")
            raise DirectoryError(
                f"Slack answered {code_of(error)} when asked for the file."
            ) from error
        except UNREACHABLE as error:
            raise DirectoryError("Slack could not be asked for the file.") from error
        return _decoded(content)

    async def _read(self, url: str) -> bytes | None:
        session = self._client.session
        if session is None or not self._is_slacks(url):
            raise DirectoryError("Slack gave no address for the file.")
        headers = {"Authorization": f"Bearer {self._client.token}"}
        async with session.get(url, headers=headers, allow_redirects=False) as answer:
            if answer.status != _OK or answer.content_type == "text/html":
                raise DirectoryError("Slack did not hand out the file.")
            content = bytearray()
            async for chunk in answer.content.iter_chunked(LARGEST):
                content += chunk
                if len(content) > LARGEST:
                    return None
        return bytes(content)

    def _is_slacks(self, url: str) -> bool:
        asked, home = urlsplit(url), urlsplit(self._client.base_url)
        return (asked.scheme, asked.netloc) in {_FILE_HOST, (home.scheme, home.netloc)}


def _decoded(content: bytes | None) -> Upload:
    if content is None:
        return Upload("", f"The file is larger than {LARGEST // 1024} KiB. Please divide it.")
    try:
        return Upload(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Upload("", "The file is no text in UTF-8. Please save it as CSV in UTF-8.")
