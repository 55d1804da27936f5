"""Noise from a counter-based generator: the same for every lane, in any order, and normal."""

import numpy as np
import pytest
from scipy import stats

import landscapes
import optimizers
from optimizers import Trajectory
from optimizers.engine.loop import no_lookahead
from tests.optimizers.splitmix import SplitMix64, normals

BOWL = landscapes.get("quadratic", condition=10.0)
UNIT = optimizers.noise("gaussian", 1.0)


def noisy(steps: int, seed: int = 0, lr: float = 0.0) -> Trajectory:
    return optimizers.trace(BOWL, optimizers.get("sgd", lr=lr), steps=steps, noise=UNIT, seed=seed)


def draws(steps: int, seed: int = 0, lr: float = 0.0) -> np.ndarray:
    """The noise alone: the gradient as used minus the exact one."""
    run = noisy(steps, seed, lr)
    return run.gradient - BOWL.gradient(run.path[:, 0], run.path[:, 1])


def test_splitmix64_is_the_published_one() -> None:
    """The first outputs for the seed 1234567, as in the reference implementation's tests."""
    generator = SplitMix64(1234567)
    assert [generator.next() for _ in range(5)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


@pytest.mark.parametrize("seed", [0, 1, 2, 12345, 2**32, 2**63 - 1])
def test_draws_are_those_of_plain_integers(seed: int) -> None:
    np.testing.assert_allclose(draws(1000, seed), normals(seed, 1001), rtol=1e-12, atol=2e-15 * 20)


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_draws_are_standard_normal(seed: int) -> None:
    z = draws(100_000, seed)
    n = len(z)
    for coordinate in z.T:
        assert abs(coordinate.mean()) < 4 / np.sqrt(n)
        assert abs(coordinate.var() - 1) < 4 * np.sqrt(2 / n)
        assert stats.kstest(coordinate, "norm").pvalue > 1e-3
    assert stats.kstest((z**2).sum(axis=1), "chi2", args=(2,)).pvalue > 1e-3


def test_draws_are_independent() -> None:
    """Between coordinates, between steps, between neighbouring seeds; the draws and their squares."""
    n = 100_000
    zs = [draws(n, seed) for seed in range(4)]
    first = zs[0]
    pairs = [(first[:, 0], first[:, 1])]
    pairs += [(first[:-lag, i], first[lag:, j]) for lag in (1, 2, 3) for i in range(2) for j in range(2)]
    pairs += [(a[:, i], b[:, j]) for a in zs for b in zs if a is not b for i in range(2) for j in range(2)]
    pairs += [(a[:-1, 0], b[1:, 0]) for a in zs for b in zs if a is not b]
    for a, b in pairs:
        assert abs(np.corrcoef(a, b)[0, 1]) < 5 / np.sqrt(n)
        assert abs(np.corrcoef(a**2, b**2)[0, 1]) < 5 / np.sqrt(n)


def test_first_draws_of_neighbouring_seeds_are_normal_too() -> None:
    first = np.array([draws(0, seed)[0] for seed in range(3000)])
    assert stats.kstest(first.ravel(), "norm").pvalue > 1e-3
    assert abs(np.corrcoef(first[:-1, 0], first[1:, 0])[0, 1]) < 5 / np.sqrt(3000)


def test_every_lane_meets_the_same_draws() -> None:
    lanes = {name: optimizers.get(name) for name in optimizers.names()} | {"slow": optimizers.get("sgd", lr=1e-5)}
    exact = draws(50, 3)
    for label, run in optimizers.race(BOWL, lanes, steps=50, noise=UNIT, seed=3).items():
        if lanes[label].method.lookahead is not no_lookahead or lanes[label].method.probes:
            continue  # their gradients are taken at other points; the twins cover them
        lane_noise = run.gradient - BOWL.gradient(run.path[:, 0], run.path[:, 1])
        np.testing.assert_allclose(lane_noise, exact[: len(lane_noise)], atol=1e-12)


def test_scale_scales() -> None:
    half = optimizers.trace(
        BOWL, optimizers.get("sgd", lr=0.0), steps=100, noise=optimizers.noise("gaussian", 0.5), seed=4
    )
    exact = BOWL.gradient(half.path[:, 0], half.path[:, 1])
    np.testing.assert_allclose(half.gradient - exact, 0.5 * draws(100, 4), atol=1e-14)


@pytest.mark.parametrize("name", optimizers.names())
def test_a_shorter_run_is_the_beginning_of_a_longer_one(name: str) -> None:
    optimizer = optimizers.get(name)
    short, long = (
        optimizers.trace(BOWL, optimizer, steps=steps, noise=optimizers.noise("gaussian", 0.1), seed=2)
        for steps in (100, 300)
    )
    assert short.path.tobytes() == long.path[:101].tobytes()
    assert short.gradient.tobytes() == long.gradient[:101].tobytes()


def test_seeds_differ() -> None:
    ends = {tuple(noisy(20, seed, 0.1).path[-1]) for seed in range(100)}
    assert len(ends) == 100


def test_no_noise_is_none_and_zero() -> None:
    sgd = optimizers.get("sgd")
    plain = optimizers.trace(BOWL, sgd, steps=50)
    zero = optimizers.trace(BOWL, sgd, steps=50, noise=optimizers.noise("gaussian", 0.0), seed=8)
    assert plain.path.tobytes() == zero.path.tobytes()


@pytest.mark.parametrize("scale", [-1.0, float("nan"), float("inf")])
def test_a_bad_scale_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        optimizers.noise("gaussian", scale)


def test_an_unknown_kind_names_the_choices() -> None:
    with pytest.raises(KeyError, match="gaussian"):
        optimizers.noise("cauchy", 1.0)
