"""The use cases, and durable execution."""
