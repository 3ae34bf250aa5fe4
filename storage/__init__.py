"""The rows and the only SQL."""
