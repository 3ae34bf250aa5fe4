"""The options of a command that listens: ``aboard serve`` and ``aboard door`` take the same."""

from typing import Annotated

import typer

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65535)]
StatusHost = Annotated[str, typer.Option(help="Where --status-port listens.")]
StatusPort = Annotated[
    int | None, typer.Option(help="A port for health and metrics.", min=0, max=65535)
]
