"""Benchmarks. Each module runs by itself: `python -m tests.benchmarks.kernels`."""
