"""How the property tests of this folder run."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)  # a loaded machine proves nothing wrong
settings.load_profile("unhurried")
