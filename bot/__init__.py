"""Puts the parts together: settings, command line, server. The only package that knows them all."""
