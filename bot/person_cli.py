"""``aboard person``: what is kept of somebody. What is needed is imported when it runs."""

from typing import Annotated

import typer

from bot.leaving import settings
from bot.vendor_cli import Json, run

person = typer.Typer(help="What is kept of somebody, and erasing it.", no_args_is_help=True)

_HELD = " Something was left that is about somebody else whose data is held: see `person holds`."

Who = Annotated[str, typer.Argument(metavar="PERSON", help="A Slack id or an e-mail address.")]


@person.command()
def show(who: Who, *, as_json: Json = False) -> None:
    """Show what somebody is known by, and whether they can be erased."""
    from bot import output, person_desk

    output.show(run(person_desk.show(settings(), who)), as_json=as_json)


@person.command()
def erase(
    who: Who,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    as_json: Json = False,
) -> None:
    """Erase somebody: names, addresses, logins and whatever was typed about them."""
    from bot import output, person_desk

    if not yes and not typer.confirm(f"Erase everything that names {who}? This is for good."):
        raise typer.Exit(1)
    end = run(person_desk.erase(settings(), who))
    told = "The person is erased. The audit trail is as it was, and one fact longer a request."
    told += _HELD if end.is_rest_held else ""
    output.show([{"requests": end.requests, "result": "erased", "detail": told}], as_json=as_json)


@person.command()
def hold(
    who: Who,
    reason: Annotated[str, typer.Option(help="Why: a case, a ticket. Names nobody.")],
    *,
    as_json: Json = False,
) -> None:
    """Have somebody's data stay, whatever the settings say."""
    from bot import output, person_desk

    run(person_desk.hold(settings(), who, reason))
    output.show([{"result": "held", "detail": reason}], as_json=as_json)


@person.command()
def release(who: Who, *, as_json: Json = False) -> None:
    """Lift the hold on somebody's data."""
    from bot import output, person_desk

    run(person_desk.release(settings(), who))
    output.show([{"result": "released", "detail": ""}], as_json=as_json)


@person.command()
def holds(*, as_json: Json = False) -> None:
    """List the holds."""
    from bot import output, person_desk

    output.show(run(person_desk.listed(settings())), as_json=as_json)
