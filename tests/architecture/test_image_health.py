"""What the image asks itself to know whether it is well, run as Docker runs it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.architecture.source import ROOT

NOBODY = "http://127.0.0.1:9"


@contextmanager
def _answering(status: int) -> Iterator[int]:
    """Answer everything with ``status``; yield the port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def _asked(port: int) -> bool:
    """Tell whether the image would be called healthy, were its status port ``port``."""
    dockerfile = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
    [words] = re.findall(r"^HEALTHCHECK .*CMD (\[.+\])$", dockerfile, re.MULTILINE)
    assert "9464" in words
    program, *given = json.loads(words.replace("9464", str(port)))
    assert program == "python"
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"), NOBODY)
    others = {key: value for key, value in os.environ.items() if key.lower() != "no_proxy"}
    asking = subprocess.run(
        [sys.executable, *given], env=others | proxies, capture_output=True, check=False
    )
    return asking.returncode == 0


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_it_asks_readyz_itself_and_no_proxy(status: int, *, healthy: bool) -> None:
    with _answering(status) as port:
        assert _asked(port) is healthy
