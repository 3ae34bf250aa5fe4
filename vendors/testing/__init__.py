"""The contract suite: what the tests of every adapter inherit, also in a package of its own.

It needs the extra ``aboard[testing]``, and nothing that runs imports it. Start with
``vendors.testing.promises`` and ``vendors.testing.bench``; docs/adding-a-vendor.md has an example.
"""

import pytest

pytest.register_assert_rewrite(
    *(
        f"{__name__}.{module}"
        for module in (
            "asking",
            "promises",
            "promises_of_the_class",
            "promises_on_accounts",
            "promises_on_failures",
            "promises_on_many",
            "promises_on_the_product",
        )
    )
)
