"""Nothing happens on import: no module of ours connects, listens, writes or starts a thread."""

import os
import subprocess
import sys
from collections.abc import Mapping

import certifi

from tests.architecture.source import PACKAGES, ROOT, source_files

WATCHED_IMPORTS = """
import importlib, os, sys, threading

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
LOUD = {"socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen"}
said = []

def watch(event, arguments):
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
    if (event in LOUD or writes) and "/site-packages/" not in importing():
        said.append(f"{importing()}: {event} {arguments[0]}")

def importing():
    frame = sys._getframe()
    while frame.f_code.co_name != "<module>":
        frame = frame.f_back
    return frame.f_code.co_filename

sys.dont_write_bytecode = True
environment = dict(os.environ)
sys.addaudithook(watch)
for module in sys.argv[1:]:
    importlib.import_module(module)
assert not said, said
assert threading.active_count() == 1, threading.enumerate()
assert environment == dict(os.environ)
"""

UP_TO_THE_SETTINGS = """
import sys
from bot import cli
cli.settings = sys.exit
try:
    cli.serve()
except SystemExit:
    import bot.server, bot.socket_mode
"""

READ_AUTHORITIES = """
import gc, os, ssl
contexts = [one for one in gc.get_objects() if isinstance(one, ssl.SSLContext)]
print(sum(len(one.get_ca_certs()) for one in contexts), os.environ["SSL_CERT_FILE"])
"""


def test_importing_everything_does_nothing_else() -> None:
    names = [
        file.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for file in source_files(*PACKAGES)
        if not file.is_migration and not file.name.endswith("__main__.py")
    ]
    imported = subprocess.run(
        [sys.executable, "-c", WATCHED_IMPORTS, *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert imported.returncode == 0, imported.stderr


def test_what_seals_and_signs_is_imported_by_whoever_seals_or_signs() -> None:
    served = imported_by("import bot.app, bot.server, bot.socket_mode")
    assert not {"cryptography", "storage.installations"} & served


def test_what_draws_on_a_terminal_is_not_imported_by_who_serves() -> None:
    assert not {"rich", "pygments"} & imported_by(UP_TO_THE_SETTINGS)


def test_who_serves_reads_no_authorities_that_nobody_is_checked_by() -> None:
    environment = {**os.environ, "SSL_CERT_FILE": certifi.where()}
    said = run_in(f"{UP_TO_THE_SETTINGS}\n{READ_AUTHORITIES}", environment)
    assert said == f"0 {certifi.where()}"


def imported_by(program: str) -> set[str]:
    return set(run_in(f"import sys\n{program}\nprint(*sys.modules)", {**os.environ}).split())


def run_in(program: str, environment: Mapping[str, str]) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()
