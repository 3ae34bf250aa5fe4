"""Servers that Aboard is compared with."""
