"""What people do in Slack, from a signed request to the vendors' state and the card.

A package, so that pytest shares one world between its modules and takes it down after the last of
them: the durable engine is one for each process, and other tests need it for themselves.
"""
