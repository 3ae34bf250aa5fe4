"""``[retention]`` in ``aboard.toml``: how long people are kept."""

from typing import Annotated

from pydantic import BaseModel, Field, StrictInt

from bot.policy_settings import STRICT


class RetentionSection(BaseModel):
    """``[retention]``: after how many days a person is erased who has nothing any more."""

    model_config = STRICT

    people_after_days: Annotated[StrictInt, Field(ge=30, le=36_500)] | None = None
