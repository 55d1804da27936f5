"""Optimization algorithms on two-dimensional landscapes. Pure mathematics on top of `landscapes`.

The folders are the families of *Deep Learning* (Goodfellow, Bengio, Courville, 2016), chapter 8, and every file in them
is one algorithm in textbook form. A new file that declares a `Method` is discovered automatically.

    >>> import landscapes, optimizers
    >>> run = optimizers.trace(landscapes.get("rosenbrock"), optimizers.get("newton"), start=(-1.5, 1.0), steps=300)
    >>> run.outcome, run.stopped_at, run.minimum
    ('converged', 6, 0)
"""

from optimizers._dissection import Dissection, dissect
from optimizers._method import Method, Optimizer
from optimizers._race import Lane, Race, race, run
from optimizers._registry import families, get, methods, names
from optimizers._trajectory import Trajectory, trace
from optimizers.anatomy.parts import Arrow, Axes, Box, Instant, Model, Moment, Part, Search, Shape, Spot, Triangle
from optimizers.engine.rules import OUTCOMES
from optimizers.options.average import AVERAGES, Average, average
from optimizers.options.clip import CLIPS, Clip, clip
from optimizers.options.noise import NOISES, Noise, noise
from optimizers.options.option import Kind, Option
from optimizers.options.schedule import SCHEDULES, Schedule, schedule
from optimizers.studies.executor import executor
from optimizers.studies.linear import Prediction, one_over_k, predicted, stationary
from optimizers.studies.rates import Rates, rates
from optimizers.studies.seeds import Seeds, Spread, seeds, seeds_of_all
from optimizers.studies.sweep import Sweep, sweep
from optimizers.studies.tournament import ENDINGS, Tournament, lattice, profile, ratios, tournament
from optimizers.studies.tuning import BUDGET, Tuning, tuned, tuned_lanes

__all__ = [
    "AVERAGES",
    "BUDGET",
    "CLIPS",
    "ENDINGS",
    "NOISES",
    "OUTCOMES",
    "SCHEDULES",
    "Arrow",
    "Average",
    "Axes",
    "Box",
    "Clip",
    "Dissection",
    "Instant",
    "Kind",
    "Lane",
    "Method",
    "Model",
    "Moment",
    "Noise",
    "Optimizer",
    "Option",
    "Part",
    "Prediction",
    "Race",
    "Rates",
    "Schedule",
    "Search",
    "Seeds",
    "Shape",
    "Spot",
    "Spread",
    "Sweep",
    "Tournament",
    "Trajectory",
    "Triangle",
    "Tuning",
    "average",
    "clip",
    "dissect",
    "executor",
    "families",
    "get",
    "lattice",
    "methods",
    "names",
    "noise",
    "one_over_k",
    "predicted",
    "profile",
    "race",
    "rates",
    "ratios",
    "run",
    "schedule",
    "seeds",
    "seeds_of_all",
    "stationary",
    "sweep",
    "tournament",
    "trace",
    "tuned",
    "tuned_lanes",
]
