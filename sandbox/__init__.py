"""Stand-ins with state for Slack, the vendors and GitHub: what the demo and the tests run against.

Everything here is written from the public documents of Slack and of the vendors, and imports
nothing of the bot: a mistake in an adapter cannot hide in a simulator that shares it.
"""
