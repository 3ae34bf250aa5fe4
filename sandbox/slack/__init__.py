"""A Slack workspace with state: its Web API, its deliveries to the bot, and the people in it."""
