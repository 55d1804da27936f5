"""Tests of landscapes: what every surface promises, whatever file declares it."""
