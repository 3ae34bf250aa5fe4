"""The tables that stand in modules of their own, for whoever needs all of them."""

from storage import (
    audit_models,
    batch_models,
    daily_model,
    hold_model,
    inbox_model,
    pause_model,
    receipt_model,
)

__all__ = [
    "audit_models",
    "batch_models",
    "daily_model",
    "hold_model",
    "inbox_model",
    "pause_model",
    "receipt_model",
]
