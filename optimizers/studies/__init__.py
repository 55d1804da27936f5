"""Many runs: over settings, starts, seeds and budgets; and what theory predicts of them."""
