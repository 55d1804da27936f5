"""Recorded paths of PyTorch: `python -m tests.optimizers.record_torch` writes recorded/torch.json.

The surfaces are implemented in PyTorch here and their gradients come from autograd, so the recording is independent of
our kernels. It contains every tenth iterate, as exact as `repr`.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "recorded" / "torch.json"
STEPS, EVERY = 1000, 20

SURFACES: dict[str, Callable[[Any], Any]] = {
    "rosenbrock": lambda t: (1 - t[0]) ** 2 + 100 * (t[1] - t[0] ** 2) ** 2,
    "quadratic": lambda t: 0.5 * (t[0] ** 2 / 100 + t[1] ** 2),  # condition 100, angle 0
    "himmelblau": lambda t: (t[0] ** 2 + t[1] - 11) ** 2 + (t[0] + t[1] ** 2 - 7) ** 2,
    "styblinski_tang": lambda t: ((t**4 - 16 * t**2 + 5 * t) / 2).sum(),
}
VALUES: dict[str, dict[str, float]] = {"quadratic": {"condition": 100.0, "angle": 0.0}}
STARTS = {
    "rosenbrock": (-1.5, 2.3),
    "quadratic": (-3.4, 2.6),
    "himmelblau": (0.3, -0.2),
    "styblinski_tang": (3.8, 0.6),
}

# Our name -> PyTorch's class, and its arguments from our hyperparameters.
OPTIMIZERS: dict[str, tuple[str, Callable[[dict[str, float]], dict[str, Any]]]] = {
    "sgd": ("SGD", lambda h: {"lr": h["lr"]}),
    "momentum": ("SGD", lambda h: {"lr": h["lr"], "momentum": h["momentum"]}),
    "nesterov": ("SGD", lambda h: {"lr": h["lr"], "momentum": h["momentum"], "nesterov": True}),
    "adam": ("Adam", lambda h: {"lr": h["lr"], "betas": (h["beta1"], h["beta2"]), "eps": h["eps"]}),
    "adagrad": ("Adagrad", lambda h: {"lr": h["lr"], "eps": h["eps"]}),
    # Its eps is outside the root and ours inside: they agree only for 0.
    "rmsprop": ("RMSprop", lambda h: {"lr": h["lr"], "alpha": h["rho"], "eps": h["eps"]}),
    "adadelta": ("Adadelta", lambda h: {"lr": h["lr"], "rho": h["rho"], "eps": h["eps"]}),
    "adamw": (
        "AdamW",
        lambda h: {
            "lr": h["lr"],
            "betas": (h["beta1"], h["beta2"]),
            "eps": h["eps"],
            "weight_decay": h["weight_decay"],
        },
    ),
    "amsgrad": (
        "Adam",
        lambda h: {"lr": h["lr"], "betas": (h["beta1"], h["beta2"]), "eps": h["eps"], "amsgrad": True},
    ),
    "nadam": (
        "NAdam",
        lambda h: {
            "lr": h["lr"],
            "betas": (h["beta1"], h["beta2"]),
            "eps": h["eps"],
            "momentum_decay": h["momentum_decay"],
        },
    ),
    "radam": ("RAdam", lambda h: {"lr": h["lr"], "betas": (h["beta1"], h["beta2"]), "eps": h["eps"]}),
    "rprop": (
        "Rprop",
        lambda h: {
            "lr": h["lr"],
            "etas": (h["etaminus"], h["etaplus"]),
            "step_sizes": (h["step_min"], h["step_max"]),
        },
    ),
}
SETTINGS: dict[str, tuple[dict[str, float], ...]] = {
    "sgd": ({"lr": 1e-4}, {"lr": 1e-3}),
    "momentum": ({"lr": 1e-4, "momentum": 0.9}, {"lr": 1e-3, "momentum": 0.5}),
    "nesterov": ({"lr": 1e-4, "momentum": 0.9}, {"lr": 1e-3, "momentum": 0.5}),
    "adam": (
        {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        {"lr": 0.02, "beta1": 0.95, "beta2": 0.9999, "eps": 1e-4},
    ),
    "adagrad": ({"lr": 0.01, "eps": 1e-10}, {"lr": 0.3, "eps": 1e-3}),
    "rmsprop": ({"lr": 0.001, "rho": 0.9, "eps": 0.0}, {"lr": 0.002, "rho": 0.99, "eps": 0.0}),
    # Not at the default rho: the effective rate near a sharp minimum is then unstable, and the path chaotic.
    "adadelta": ({"lr": 1.0, "rho": 0.99, "eps": 1e-8}, {"lr": 0.5, "rho": 0.95, "eps": 1e-4}),
    "adamw": (
        {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01},
        {"lr": 0.02, "beta1": 0.95, "beta2": 0.9999, "eps": 1e-4, "weight_decay": 0.5},
    ),
    "amsgrad": (
        {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        {"lr": 0.02, "beta1": 0.8, "beta2": 0.9, "eps": 1e-4},
    ),
    "nadam": (
        {"lr": 0.002, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "momentum_decay": 0.004},
        {"lr": 0.003, "beta1": 0.8, "beta2": 0.9999, "eps": 1e-4, "momentum_decay": 0.1},
    ),
    "radam": (
        {"lr": 1e-4, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        {"lr": 1e-3, "beta1": 0.8, "beta2": 0.99, "eps": 1e-4},
    ),
    "rprop": (
        {"lr": 0.01, "etaminus": 0.5, "etaplus": 1.2, "step_min": 1e-6, "step_max": 50.0},
        {"lr": 0.1, "etaminus": 0.7, "etaplus": 1.1, "step_min": 1e-3, "step_max": 0.2},
    ),
}


def walk(surface: str, optimizer: str, values: dict[str, float], steps: int = STEPS) -> list[list[float]]:
    """PyTorch's iterates, in float64. NAdam stores a number in the default dtype, which is float32."""
    import torch

    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        return walked(surface, optimizer, values, steps)
    finally:
        torch.set_default_dtype(usual)


def walked(surface: str, optimizer: str, values: dict[str, float], steps: int) -> list[list[float]]:
    """The same, in PyTorch's default dtype."""
    import torch

    kind, arguments = OPTIMIZERS[optimizer]
    theta = torch.tensor(STARTS[surface], dtype=torch.float64, requires_grad=True)
    method = getattr(torch.optim, kind)([theta], **arguments(values))
    path = [theta.tolist()]
    for _ in range(steps):
        method.zero_grad()
        SURFACES[surface](theta).backward()
        method.step()
        path.append(theta.tolist())
    return path


def cases() -> list[tuple[str, str, dict[str, float]]]:
    """(surface, optimizer, hyperparameters)."""
    return [(surface, name, values) for surface in SURFACES for name in SETTINGS for values in SETTINGS[name]]


def main() -> None:
    """Write the recording, one case per line."""
    import torch

    lines = []
    for surface, optimizer, values in cases():
        path = walk(surface, optimizer, values)[::EVERY]
        case = {"surface": surface, "optimizer": optimizer, "values": values, "every": EVERY, "path": path}
        lines.append(json.dumps(case))
    FILE.write_text(f'{{"torch": "{torch.__version__}", "cases": [\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
