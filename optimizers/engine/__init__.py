"""The loops and their kernels, and the rules that end a run."""
