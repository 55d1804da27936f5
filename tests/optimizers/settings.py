"""Names of optimizers selected by their declarations, without compiling anything."""

import optimizers


def with_hyperparameter(wanted: str) -> list[str]:
    """The names of the optimizers that have a hyperparameter with this name."""
    methods = optimizers.methods()
    return [name for name, (method, _) in methods.items() if wanted in [one.name for one in method.hyperparameters]]
