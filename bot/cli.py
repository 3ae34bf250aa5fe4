"""The command line. What a command needs is imported when it runs: ``--help`` answers at once."""

import asyncio
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import audit_cli, door_cli, history_cli, pause_cli, person_cli, policy_cli, vendor_cli
from bot.lean import import_lean
from bot.leaving import leave, leave_for, settings
from bot.listening import Host, Port, StatusHost, StatusPort

if TYPE_CHECKING:
    from bot.findings import Finding, Mark
    from bot.settings import Settings

app = typer.Typer(
    name="aboard",
    help="Brings people on board and off again: one Slack command, one approval, every vendor.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

_UNSIGNED = (
    "SLACK_SIGNING_SECRET is missing: over HTTP, anybody could speak as Slack without it. "
    "For Socket Mode start `aboard serve --socket-mode`."
)


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 3000,
    status_host: StatusHost = "127.0.0.1",
    status_port: StatusPort = None,
    *,
    socket_mode: Annotated[
        bool, typer.Option("--socket-mode", help="Call Slack instead of being called.")
    ] = False,
) -> None:
    """Run the bot until it is told to stop."""
    import_lean()
    from bot.reader import ConfigurationError
    from bot.status import Address

    status = None if status_port is None else Address(status_host, status_port)
    loaded = settings()
    app_token = loaded.environment.slack_app_token
    signing_secret = loaded.environment.slack_signing_secret
    try:
        if socket_mode and app_token is not None:
            from bot import socket_mode as socket

            asyncio.run(socket.serve(loaded, app_token, status))
        elif socket_mode:
            leave(["SLACK_APP_TOKEN is missing: Socket Mode needs the app-level token (xapp-…)."])
        elif signing_secret is not None:
            from bot import server

            asyncio.run(server.serve(loaded, signing_secret, Address(host, port), status))
        else:
            leave([_UNSIGNED])
    except ConfigurationError as error:
        leave_for(error)


@app.command()
def migrate(
    to: Annotated[str, typer.Option(help="The revision to go to.")] = "head",
    *,
    down: Annotated[bool, typer.Option("--down", help="Go back to an older revision.")] = False,
    as_json: vendor_cli.Json = False,
) -> None:
    """Bring the database to the schema of this version, or back to an older one."""
    from bot import migration
    from bot.reader import ConfigurationError

    url = settings().environment.database_url.get_secret_value()
    try:
        revision = migration.downgrade(url, to) if down else migration.migrate(url, to)
    except ConfigurationError as error:
        leave_for(error)
    if as_json:
        typer.echo(json.dumps({"revision": revision}))
    else:
        typer.echo(f"The database is at revision {revision}.")


@app.command()
def check(
    vendor: Annotated[str | None, typer.Argument(help="Only this vendor.")] = None,
    *,
    post: Annotated[
        bool, typer.Option("--post", help="Post a message where the cards are, and take it back.")
    ] = False,
    as_json: vendor_cli.Json = False,
) -> None:
    """Check the settings, the database, Slack, the approvers and every vendor.

    For appxite it shows every request first, whether they are confirmed yet or not.
    """
    from bot.findings import Mark

    if vendor == "appxite" and not _previewed(as_json=as_json):
        return
    if Mark.WRONG in vendor_cli.run(_checked(settings(), vendor, post=post, as_json=as_json)):
        raise typer.Exit(1)


def _previewed(*, as_json: bool) -> bool:
    """Show what AppXite would get; tell whether somebody has confirmed it."""
    from bot.preview import preview
    from bot.reader import ConfigurationError

    try:
        shown = preview(os.environ)
    except ConfigurationError as error:
        leave_for(error)
    for finding in shown.findings:
        _tell(finding, as_json=as_json)
    if shown.problems:
        leave(list(shown.problems))
    return shown.confirmed


async def _checked(
    loaded: "Settings", vendor: str | None, *, post: bool, as_json: bool
) -> "set[Mark]":
    """Tell every finding as it comes; return how they stand."""
    from bot.checking import check as findings

    marks = set()
    async for finding in findings(loaded, vendor, post=post):
        _tell(finding, as_json=as_json)
        marks.add(finding.mark)
    return marks


def _tell(finding: "Finding", *, as_json: bool) -> None:
    from bot import output

    if as_json:
        output.line(finding.row)
    else:
        typer.echo(finding.text)


@app.command()
def manifest(
    url: Annotated[str, typer.Option(help="Where Slack reaches Aboard, https://…")] = "",
    source: Annotated[Path | None, typer.Option(help="The folder of manifest.yml.")] = None,
    *,
    socket_mode: Annotated[
        bool, typer.Option("--socket-mode", help="Without addresses, for Socket Mode.")
    ] = False,
    door: Annotated[
        bool, typer.Option("--door", help="With what the door of several workspaces needs.")
    ] = False,
) -> None:
    """Print the manifest of the Slack app as JSON."""
    from bot import manifest as documents

    if problems := documents.objections(url, socket_mode=socket_mode, door=door):
        leave(problems)
    document = documents.read(source)
    if door:
        document = documents.for_door(document)
    if socket_mode:
        document = documents.for_socket_mode(document)
    elif url:
        document = documents.at(document, url)
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The port of the page.", min=0, max=65535)] = 8765,
    database: Annotated[
        str | None, typer.Option(help="The address of an empty database to use.")
    ] = None,
    *,
    play: Annotated[bool, typer.Option("--play", help="Live through the story and end.")] = False,
) -> None:
    """Run Aboard in a sandbox: a Slack workspace and vendors of its own, on this machine alone."""
    from bot.demo import run

    if not vendor_cli.run(run(port, database, play=play)):
        raise typer.Exit(1)


app.add_typer(vendor_cli.vendors, name="vendors")
app.add_typer(policy_cli.policy, name="policy")
app.command()(vendor_cli.accounts)
app.command()(vendor_cli.choices)
app.command()(history_cli.history)
app.command()(door_cli.door)
app.add_typer(door_cli.workspaces, name="workspaces")
app.command()(pause_cli.pause)
app.command()(pause_cli.resume)
app.command()(pause_cli.backup)
app.add_typer(history_cli.evidence, name="evidence")
app.add_typer(audit_cli.audit, name="audit")
app.add_typer(person_cli.person, name="person")
