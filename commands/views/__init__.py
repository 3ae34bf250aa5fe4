"""From data to blocks and text, pure; a form's ``parse`` stands beside its ``build``."""
