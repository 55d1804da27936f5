"""Hyperparameters that several methods share: one name, one symbol, one meaning."""

from landscapes import Parameter


def learning_rate(default: float, low: float = 1e-5, high: float = 10.0) -> Parameter:
    """The learning rate ε."""
    return Parameter("lr", r"\epsilon", default, low, high, "log", at_least=0.0, meaning="learning rate")


def momentum(default: float = 0.9) -> Parameter:
    """The momentum α: the factor of the old velocity."""
    return Parameter("momentum", r"\alpha", default, 0.0, 0.999, at_least=0.0, meaning="momentum")


def decay(name: str, symbol: str, default: float, meaning: str) -> Parameter:
    """A decay rate of an exponential average, in [0, 1)."""
    below_1 = 1 - 2.0**-53
    return Parameter(name, symbol, default, 0.0, 0.9999, at_least=0.0, at_most=below_1, meaning=meaning)


def eps(default: float) -> Parameter:
    """The small constant δ in a denominator."""
    return Parameter("eps", r"\delta", default, 1e-12, 1e-1, "log", at_least=0.0, meaning="constant in the denominator")


def weight_decay(default: float) -> Parameter:
    """The weight decay λ: a step removes this fraction of θ, times the learning rate."""
    return Parameter("weight_decay", r"\lambda", default, 0.0, 1.0, at_least=0.0, meaning="weight decay")
