"""What the address of a database may look like."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

_NO_DATABASE = {None, "", ":memory:"}


def _database(value: SecretStr) -> SecretStr:
    try:
        url = make_url(value.get_secret_value())
    except (ArgumentError, ValueError) as error:
        raise ValueError("must look like sqlite:///file or postgresql://host/name") from error
    if url.get_backend_name() not in {"sqlite", "postgresql"} or url.database in _NO_DATABASE:
        raise ValueError("must be sqlite:///file or postgresql://host/name")
    return value


DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
