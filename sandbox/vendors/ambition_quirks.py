"""What Ambition's documents leave open, and this simulator can do either way."""

from dataclasses import dataclass


@dataclass
class Quirks:
    """The choices.

    `creates_groups`: a membership creates the type and the group it names, as the page says
    the API can (else both must be there). `hides_is_active`: `/api/v1/account/` lists accounts
    without `is_active`, as the vendor's client of 2015 knows them. `refuses_repeats`: revoking a
    membership that nobody holds is refused with 400 (else nothing happens).
    """

    creates_groups: bool = True
    hides_is_active: bool = False
    refuses_repeats: bool = False
