"""A small library of vendors: gives a person an account at a product, and takes it away again.

It knows no Slack, no database and no request, and imports nothing else of Aboard.
"""
