"""Block Kit as Slack checks it: objects, elements, blocks, and the surfaces they stand on.

Source: https://docs.slack.dev/reference/block-kit (blocks, block elements, composition objects).
"""
