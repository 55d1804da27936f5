"""Which optimizers have what, as they declare it: nothing is compiled to tell."""

import optimizers


def with_hyperparameter(wanted: str) -> list[str]:
    """The names of the optimizers that have a hyperparameter of that name."""
    methods = optimizers.methods()
    return [name for name, (method, _) in methods.items() if wanted in [one.name for one in method.hyperparameters]]
