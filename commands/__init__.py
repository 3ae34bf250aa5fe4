"""Slack, in and out: what people type and press, and what they read."""
