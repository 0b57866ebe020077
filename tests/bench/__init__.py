"""Benchmarks: ratios measured side by side in one run. They are read, never asserted: `make bench`."""
