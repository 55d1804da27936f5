"""Shared by landscapes and optimizers: the compiler and its cache, argument checks, declarations."""
