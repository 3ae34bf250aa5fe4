"""``aboard audit``: whether anybody changed the trail. What it needs is imported when it runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.leaving import leave, settings
from bot.vendor_cli import Json, run

if TYPE_CHECKING:
    from workflow.audit_verify import Verdict

audit = typer.Typer(help="The audit trail, and whether anybody changed it.", no_args_is_help=True)


@audit.command()
def verify(
    anchors: Annotated[
        list[Path] | None, typer.Option(help="A file of anchors; several may be given.")
    ] = None,
    public_key: Annotated[
        list[str] | None, typer.Option(help="Who may have signed them, in base64.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Check every event of the trail; leave with 1 and the first bad number where one is bad."""
    from bot import audit_desk

    loaded = settings()
    held = audit_desk.sources(loaded, anchors or [], public_key or [])
    verdict = run(audit_desk.verify(loaded, held), outage=2)
    _tell(verdict, as_json=as_json)
    if verdict.flaw is not None:
        raise typer.Exit(1)


@audit.command("public-key")
def public_key() -> None:
    """Print the public half of AUDIT_SIGNING_KEY, which checks anchors and makes none."""
    from bot import audit_desk
    from workflow import audit_signing

    key = audit_desk.signing_key(settings())
    if key is None:
        leave(["AUDIT_SIGNING_KEY is not set: `openssl rand -base64 32` makes one."])
    typer.echo(audit_signing.public_of(key))


@audit.command()
def grants(
    role: Annotated[str, typer.Argument(help="The database role that Aboard works as.")],
) -> None:
    """Print the SQL for PostgreSQL that lets a role work and only add to the trail."""
    from storage import audit_role

    try:
        statements = audit_role.grants(role)
    except ValueError as error:
        leave([f"The role {error}."])
    for statement in statements:
        typer.echo(statement)


def _tell(verdict: "Verdict", *, as_json: bool) -> None:
    from bot import output

    flaw = verdict.flaw
    if as_json:
        row: dict[str, str | int] = {
            "genuine": "no" if flaw else "yes",
            "links": verdict.links,
            "hash": verdict.hash,
            "anchored": verdict.anchored,
        }
        output.line(row | ({"first_bad": flaw.seq, "problem": flaw.sentence} if flaw else {}))
        return
    typer.echo(f"{verdict.links} events follow one another, the last with {verdict.hash}.")
    if flaw is not None:
        typer.echo(f"The first bad event is {flaw.seq}: {flaw.sentence}.")
    if verdict.anchored:
        typer.echo(f"Anchors hold the first {verdict.anchored} of them.")
    else:
        typer.echo("No anchor was compared: without one, an end that was cut off is not seen.")
