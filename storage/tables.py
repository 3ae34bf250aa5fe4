"""The tables that stand in modules of their own, for whoever needs all of them."""

from storage import (
    audit_models,
    batch_models,
    daily_model,
    due_models,
    hold_model,
    inbox_model,
    pause_model,
    receipt_model,
    stop_model,
    unanchored_models,
)

__all__ = [
    "audit_models",
    "batch_models",
    "daily_model",
    "due_models",
    "hold_model",
    "inbox_model",
    "pause_model",
    "receipt_model",
    "stop_model",
    "unanchored_models",
]
