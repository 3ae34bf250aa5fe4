"""``aboard history`` and ``aboard evidence``. What they need is imported when they run."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bot.leaving import leave, settings
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
        leave(error.problems)
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


evidence = typer.Typer(
    cls=_Certificates,
    help="Leavers' certificates: `aboard evidence PERSON` makes one, `verify` checks one.",
    no_args_is_help=True,
)


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
    try:
        output.write_bytes(paper.content)
    except OSError as error:
        leave([f"{output} cannot be written: {error.strerror}."])
    typer.echo(f"{output}: SHA-256 of its facts {paper.digest}")


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
