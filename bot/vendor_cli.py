"""The vendors on the command line. What a command needs is imported when it runs."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.leaving import leave, leave_for, settings

if TYPE_CHECKING:
    from bot.importing import Export, Planned
    from bot.rows import Row
    from bot.settings import Settings
    from vendors.contract import End

T = TypeVar("T")

vendors = typer.Typer(help="What the vendors offer, and what can be done there by hand.")
axiom = typer.Typer(help="What can be done at Axiom alone.", no_args_is_help=True)
ixon = typer.Typer(help="What can be done at IXON alone.", no_args_is_help=True)
appxite = typer.Typer(help="What can be seen at AppXite alone.", no_args_is_help=True)
ambition = typer.Typer(help="What can be done at Ambition alone.", no_args_is_help=True)
vendors.add_typer(axiom, name="axiom")
vendors.add_typer(ixon, name="ixon")
vendors.add_typer(appxite, name="appxite")
vendors.add_typer(ambition, name="ambition")

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Email = Annotated[str, typer.Argument(metavar="PERSON", help="The person's e-mail address.")]


@vendors.callback(invoke_without_command=True)
def matrix(context: typer.Context, *, as_json: Json = False) -> None:
    """Show what each vendor's interface offers."""
    from bot import output, vendor_desk
    from bot.reader import ConfigurationError

    if context.invoked_subcommand is not None:
        return
    try:
        output.show(vendor_desk.matrix(), as_json=as_json)
    except ConfigurationError as error:
        leave_for(error)


def accounts(
    vendor: Annotated[str, typer.Argument(help="The vendor's name.")],
    find: Annotated[
        str | None, typer.Option(metavar="PERSON", help="Part of an id or an address.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """List who has an account at a vendor, and who cannot be told from others there."""
    from bot import vendor_desk

    _show(vendor_desk.accounts(settings(), vendor, find), as_json=as_json)


def choices(
    vendor: Annotated[str, typer.Argument(help="The vendor's name.")],
    field: Annotated[str, typer.Argument(help="A field of its access, such as role.")],
    query: Annotated[str, typer.Argument(help="Part of what is looked for.")] = "",
    *,
    as_json: Json = False,
) -> None:
    """List what a field of a vendor's access may be set to."""
    from bot import vendor_desk

    _show(vendor_desk.choices(settings(), vendor, field, query), as_json=as_json)


@axiom.command()
def rename(
    name: Annotated[str, typer.Argument(help="The new name.")], *, as_json: Json = False
) -> None:
    """Rename the user whose personal token Aboard works with."""
    from bot import errands

    _end(errands.rename_own(settings(), name), as_json=as_json)


@ixon.command()
def resend(person: Email, *, as_json: Json = False) -> None:
    """Mail an invitation again that the person has not accepted."""
    from bot import errands

    _end(errands.resend(settings(), person), as_json=as_json)


@appxite.command("roles")
def appxite_roles(*, as_json: Json = False) -> None:
    """List the roles, by id, name and weight."""
    from bot import errands

    _show(errands.roles(settings()), as_json=as_json)


@appxite.command()
def identity_providers(*, as_json: Json = False) -> None:
    """List the ways to sign in, those that are switched off included."""
    from bot import errands

    _show(errands.identity_providers(settings()), as_json=as_json)


@ambition.command()
def create_groups(*, as_json: Json = False) -> None:
    """Create every group that the settings allow, and its type."""
    from bot import errands

    _end(errands.create_groups(settings()), as_json=as_json)


@ambition.command()
def revoke(
    person: Email,
    groups: Annotated[list[str], typer.Argument(help='Groups with their types: "Team: Dogs".')],
    *,
    as_json: Json = False,
) -> None:
    """Take a person out of groups; the account stays as it is."""
    from bot import errands

    _end(errands.revoke(settings(), person, groups), as_json=as_json)


@ambition.command("import")
def import_export(  # noqa: PLR0913 - each is one option of the command
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv", help="first_name,last_name,email,role,team_name[,is_active]"
        ),
    ],
    role_type: Annotated[str, typer.Option(help="The group type that a role is in.")] = "Role",
    team_type: Annotated[str, typer.Option(help="The group type that a team is in.")] = "Team",
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, and send nothing.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Send what was accepted before and is not shown, too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Give everybody in an export of a human resources system an account and their groups.

    Whoever has false in the column is_active is deactivated, by the same request.
    """
    from bot import importing
    from bot.reader import ConfigurationError
    from vendors.ambition_export import ExportTypes

    loaded = settings()
    try:
        export = importing.read(file, ExportTypes(role_type, team_type))
    except ConfigurationError as error:
        leave_for(error)
    if dry_run:
        _tell_plans(run(importing.plans(loaded, export, again=again)), as_json=as_json)
    else:
        _carry_out(loaded, export, again=again, as_json=as_json)


def _tell_plans(planned: "Sequence[Planned]", *, as_json: bool) -> None:
    from bot import output

    output.show([one.row for one in planned], as_json=as_json)
    _count([one.word for one in planned])
    _leave_unless(all(one.well for one in planned))


def _carry_out(loaded: "Settings", export: "Export", *, again: bool, as_json: bool) -> None:
    from bot import errands, importing, output

    with output.progress("Ambition", len(export.people)) as done:
        report = run(importing.carry_out(loaded, export, done, again=again))
    output.show([importing.outcome(*one) for one in report.ends], as_json=as_json)
    _count([errands.ended(end) for _, end in report.ends])
    for sentence in report.remarks:
        typer.echo(sentence, err=True)
    _leave_unless(all(errands.is_well(end) for _, end in report.ends))


def _count(words: Sequence[str]) -> None:
    counted = ", ".join(f"{number} {word}" for word, number in Counter(words).most_common())
    typer.echo(f"People: {len(words)} ({counted}).", err=True)


def _end(asked: "Coroutine[Any, Any, End]", *, as_json: bool) -> None:
    """Show how one errand ended; leave with 1 where somebody has to do something about it."""
    from bot import errands, output

    end = run(asked)
    output.show([errands.told(end)], as_json=as_json)
    _leave_unless(errands.is_well(end))


def _leave_unless(well: bool) -> None:  # noqa: FBT001 - what it is unless
    if not well:
        raise typer.Exit(1)


def _show(asked: "Coroutine[Any, Any, list[Row]]", *, as_json: bool) -> None:
    from bot import output

    output.show(run(asked), as_json=as_json)


def run(asked: Coroutine[Any, Any, T], outage: int = 1) -> T:
    """Return what a vendor says, or leave with its sentence.

    Whoever waits at a terminal reads how it ended, and no line for every try before. ``outage`` is
    the status where somebody does not answer: another one than 1 where that is a verdict.
    """
    from stamina import instrumentation

    from bot.reader import ConfigurationError, UnavailableError
    from vendors.errors import VendorError

    told = instrumentation.get_on_retry_hooks()
    instrumentation.set_on_retry_hooks(())
    try:
        return asyncio.run(asked)
    except UnavailableError as error:
        leave(error.problems, outage)
    except ConfigurationError as error:
        leave_for(error)
    except VendorError as error:
        leave([error.sentence], status=1)
    finally:
        instrumentation.set_on_retry_hooks(told)
