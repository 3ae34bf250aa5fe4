"""The policy on the command line. What a command needs is imported when it runs."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.leaving import leave, settings
from bot.vendor_cli import Json, run

if TYPE_CHECKING:
    from bot.findings import Mark
    from bot.policy_desk import Asked
    from bot.rows import Row
    from bot.settings import Settings
    from rules.values import Kind

policy = typer.Typer(help="Who may approve what, and which rule says so.", no_args_is_help=True)

Offline = Annotated[bool, typer.Option("--offline", help="Without asking Slack who is who.")]


@policy.command()
def check(*, offline: Offline = False, as_json: Json = False) -> None:
    """Check that the policy can be meant so, and that Slack knows everybody whom it names."""
    from bot.findings import Mark

    loaded = settings()
    if offline:
        typer.echo(f"ok  {len(loaded.catalog.rules) + 1} rules, not compared with Slack")
    elif run(_checked(loaded, as_json=as_json)) - {Mark.OK}:
        raise typer.Exit(1)


async def _checked(loaded: "Settings", *, as_json: bool) -> "set[Mark]":
    from bot import output, policy_desk

    marks = set()
    async with policy_desk.opened(loaded) as desk:
        async for finding in policy_desk.check(loaded, desk):
            if as_json:
                output.line(finding.row)
            else:
                typer.echo(finding.text)
            marks.add(finding.mark)
    return marks


@policy.command()
def explain(  # noqa: PLR0913 - each is one option of the command
    action: Annotated[str, typer.Argument(help="onboard or offboard.")],
    profile: Annotated[
        str, typer.Option(help="The profile; of whoever leaves, the one they were given.")
    ] = "",
    subject: Annotated[str, typer.Option(help="The Slack id of whom it would be about.")] = "",
    requester: Annotated[str, typer.Option(help="The Slack id of who would ask.")] = "",
    risk: Annotated[
        list[str] | None, typer.Option(help="A vendor of which the plan would warn.")
    ] = None,
    *,
    offline: Offline = False,
    as_json: Json = False,
) -> None:
    """Say who could approve something now, and which rule says so."""
    from bot import output
    from bot.policy_desk import Asked

    asked = Asked(_kind(action), profile, requester, subject, frozenset(risk or ()))
    output.show(run(_explained(settings(), asked, offline=offline)), as_json=as_json)


def _kind(action: str) -> "Kind":
    from rules.values import Kind

    if action not in set(Kind):
        leave([f"{action} is no action: say onboard or offboard."])
    return Kind(action)


async def _explained(loaded: "Settings", asked: "Asked", *, offline: bool) -> "list[Row]":
    from bot import policy_desk
    from bot.reader import ConfigurationError
    from workflow.directory import DirectoryError

    catalog, vendors = loaded.catalog, list(loaded.vendors)
    if offline:
        return await policy_desk.explain(catalog, vendors, asked, None)
    try:
        async with policy_desk.opened(loaded) as desk:
            return await policy_desk.explain(catalog, vendors, asked, desk)
    except DirectoryError as error:
        raise ConfigurationError([f"{error} --offline goes by ids alone."]) from error
