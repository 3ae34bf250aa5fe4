"""``aboard history`` and ``aboard evidence``. What they need is imported when they run."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bot.leaving import leave, leave_for, settings
from bot.vendor_cli import run


def history(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PERSON|NUMBER|VENDOR|STATE|FROM..TO]...",
            help="Only these: a Slack id, a request's number, a vendor, a state, days in UTC.",
        ),
    ] = None,
    after: Annotated[int | None, typer.Option(help="Only requests before this number.")] = None,
    size: Annotated[int, typer.Option(help="How many.", min=1)] = 20,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV with a header.")] = False,
) -> None:
    """List requests, newest first."""
    from bot import listing
    from bot.reader import ConfigurationError

    loaded = settings()
    further = ["after", str(after)] if after is not None else []
    try:
        search = listing.question(loaded, [*(words or []), *further])
    except ConfigurationError as error:
        leave_for(error)
    found = run(listing.find(loaded, search, size))
    listing.show(found, as_json=as_json, as_csv=as_csv)


class _Certificates(TyperGroup):
    """Lets ``aboard evidence PERSON`` stand for ``aboard evidence of PERSON``."""

    def resolve_command(
        self,
        ctx: Any,  # noqa: ANN401 - click's or typer's own copy of it, by the version of typer
        args: list[str],
    ) -> Any:  # noqa: ANN401 - likewise
        """Return the command that the first word names, or ``of`` where it names a person."""
        known = args[0] in self.commands or args[0].startswith("-")
        return super().resolve_command(ctx, args if known else ["of", *args])


evidence = typer.Typer(cls=_Certificates, no_args_is_help=True)


@evidence.callback(invoke_without_command=True)
def period(
    context: typer.Context,
    days: Annotated[
        str | None, typer.Option("--period", metavar="FROM..TO", help="Days in UTC.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Where to; otherwise it is printed.")] = None,
    by: Annotated[str, typer.Option(help="Your Slack id, for the audit trail.")] = "aboard",
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="The rows alone, as CSV.")] = False,
) -> None:
    """Every grant and removal of a period for an auditor; certificates of those who left.

    `aboard evidence PERSON` makes a certificate, and `verify` checks one.

    With --period the status is 1 where the audit trail was changed.
    """
    from bot import period_desk

    if context.invoked_subcommand is not None:
        return
    if days is None:
        leave(["Say whom it is about, or --period FROM..TO."])
    pack = run(period_desk.pack(settings(), days, by, as_csv=as_csv), outage=2)
    if output is None:
        typer.echo(pack.content, nl=False)
    else:
        _write(output, pack.content.encode())
        told = f"{pack.rows} grants and removals, {pack.exceptions} exceptions"
        typer.echo(f"{output}: {told}, SHA-256 {pack.digest}")
    if not pack.genuine:
        leave(["The audit trail was changed: `aboard audit verify` says where."], status=1)


@evidence.command("of")
def certificate_of(
    person: Annotated[str, typer.Argument(help="Whose: a Slack id or an e-mail address.")],
    request: Annotated[
        int | None, typer.Option(help="Which offboarding; the last one, otherwise.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Where to; otherwise it is printed.")] = None,
) -> None:
    """Make the certificate of somebody's offboarding, and record that it was made."""
    from bot import evidence_desk

    paper = run(evidence_desk.certify(settings(), person, request))
    if output is None:
        typer.echo(paper.content.decode(), nl=False)
        return
    _write(output, paper.content)
    typer.echo(f"{output}: SHA-256 of its facts {paper.digest}")


def _write(output: Path, content: bytes) -> None:
    try:
        output.write_bytes(content)
    except OSError as error:
        leave([f"{output} cannot be written: {error.strerror}."])


@evidence.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The file to check.")],
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no database.")] = False,
) -> None:
    """Check that nobody changed a certificate, and that the audit log knows it."""
    from bot import evidence_desk

    try:
        content = file.read_bytes()
    except OSError as error:
        leave([f"{file} cannot be read: {error.strerror}."])
    finding = evidence_desk.verify(content, asking=not offline)
    for sentence in finding.sentences:
        typer.echo(sentence)
    if not finding.genuine:
        raise typer.Exit(1)
