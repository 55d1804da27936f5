"""Studies of many runs (over settings, starts, seeds and budgets), and the predictions of theory."""
