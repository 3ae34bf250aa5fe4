"""Everything that Aboard shows, as cases to render and to photograph."""

from tests.browser.gallery import batches, cards, forms, homes, messages
from tests.browser.gallery.case import Case


def in_messages() -> list[Case]:
    """Return what stands in channels and direct messages."""
    told = [*messages.all_of_them(), *homes.digests()]
    return [*cards.all_of_them(), *told, *batches.all_of_them()]


def in_modals() -> list[Case]:
    """Return the forms and windows."""
    return forms.all_of_them()


def in_homes() -> list[Case]:
    """Return the Homes."""
    return homes.all_of_them()


def everything() -> list[Case]:
    """Return all cases."""
    return [*in_messages(), *in_modals(), *in_homes()]
