"""How fast Aboard is, each time beside something else: `make bench`, or `python -m benchmarks`."""
