"""Shapes, dtypes, extreme points and threads: the same for every surface."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import landscapes
from tests.landscapes.settings import LABELS, NAMES, SETTINGS, points

every_name = pytest.mark.parametrize("name", NAMES)


@every_name
@pytest.mark.parametrize(
    ("x_shape", "y_shape", "shape"),
    [
        ((), (), ()),
        ((5,), (), (5,)),
        ((), (4,), (4,)),
        ((3, 1), (1, 4), (3, 4)),
        ((2, 3, 4), (4,), (2, 3, 4)),
        ((0,), (), (0,)),
    ],
)
def test_shapes(name: str, x_shape: tuple[int, ...], y_shape: tuple[int, ...], shape: tuple[int, ...]) -> None:
    landscape = landscapes.get(name)
    x, y = np.random.default_rng(0).uniform(-1, 1, x_shape), np.random.default_rng(1).uniform(-1, 1, y_shape)
    value, gradient, hessian = landscape.value(x, y), landscape.gradient(x, y), landscape.hessian(x, y)
    assert (value.shape, gradient.shape, hessian.shape) == (shape, (*shape, 2), (*shape, 2, 2))
    assert value.dtype == gradient.dtype == hessian.dtype == np.float64
    xs, ys = np.broadcast_arrays(x, y)
    for index in np.ndindex(shape):
        one = landscape.jet(xs[index], ys[index])
        assert value[index] == one[0]
        assert gradient[index].tolist() == [one[1], one[2]]
        assert hessian[index].tolist() == [[one[3], one[4]], [one[4], one[5]]]


@every_name
def test_any_kind_of_numbers(name: str) -> None:
    landscape, grid = landscapes.get(name), np.arange(6.0).reshape(2, 3) / 4
    expected = landscape.jet(grid, 0.5)
    frozen = grid.copy()
    frozen.setflags(write=False)
    same = [grid.tolist(), grid.astype(np.float32), np.asfortranarray(grid), np.repeat(grid, 2, axis=1)[:, ::2], frozen]
    for x in same:
        np.testing.assert_array_equal(landscape.jet(x, 0.5), expected)
        np.testing.assert_array_equal(landscape.jet(x, np.full((2, 3), 0.5)), expected)
    np.testing.assert_array_equal(landscape.jet(1, 2), landscape.jet(1.0, 2.0))


@pytest.mark.parametrize(("name", "parameters"), SETTINGS, ids=LABELS)
def test_far_away(name: str, parameters: dict[str, float]) -> None:
    landscape = landscapes.get(name, **parameters)
    far = [0.0, 1e3, 1e20, 1e155, 1e300, np.inf, np.nan]
    ends = np.array([*far, *(-x for x in far)])
    jets = landscape.jet(ends[:, None], ends[None, :])
    assert jets.shape == (14, 14, 6)
    box = np.array([-1e8, -1e4, -10.0, 0.0, 10.0, 1e4, 1e8])
    assert np.isfinite(landscape.jet(box[:, None], box[None, :])).all(), "not finite within the box of the rules"


@every_name
def test_the_same_bits_in_every_thread(name: str) -> None:
    landscape = landscapes.get(name)
    x, y = points(landscape, 2000).T
    expected, gate = landscape.jet(x, y).tobytes(), threading.Barrier(16)

    def work(_: int) -> bytes:
        gate.wait()
        return landscapes.Landscape(*landscapes.surfaces()[name], {}).jet(x, y).tobytes()

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(work, range(16))) == {expected}
