"""Tests of landscapes: the contract of every surface."""
