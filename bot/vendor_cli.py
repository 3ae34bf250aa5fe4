"""The vendors on the command line. What a command needs is imported when it runs."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.leaving import leave, settings

if TYPE_CHECKING:
    from bot.vendor_desk import Row

T = TypeVar("T")

vendors = typer.Typer(help="What the vendors offer, and what can be done there by hand.")

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@vendors.callback(invoke_without_command=True)
def matrix(context: typer.Context, *, as_json: Json = False) -> None:
    """Show what each vendor's interface offers."""
    from bot import output, vendor_desk
    from bot.reader import ConfigurationError

    if context.invoked_subcommand is not None:
        return
    try:
        rows = vendor_desk.matrix()
    except ConfigurationError as error:
        leave(error.problems)
    output.show(rows, as_json=as_json)


def accounts(
    vendor: Annotated[str, typer.Argument(help="The vendor's name.")],
    find: Annotated[str | None, typer.Option(help="Part of an id or an address.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """List who has an account at a vendor."""
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


def _show(asked: "Coroutine[Any, Any, list[Row]]", *, as_json: bool) -> None:
    from bot import output

    output.show(run(asked), as_json=as_json)


def run(asked: Coroutine[Any, Any, T]) -> T:
    """Return what a vendor says, or leave with its sentence."""
    from bot.reader import ConfigurationError
    from vendors.errors import VendorError

    try:
        return asyncio.run(asked)
    except ConfigurationError as error:
        leave(error.problems)
    except VendorError as error:
        leave([error.sentence], status=1)
