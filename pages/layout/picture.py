"""A small picture of a surface: its relief on a logarithmic scale, as on the map."""

import base64
import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import landscapes
from pages.server import palette

SIZE = (360, 180)
LINES = 14


@lru_cache(maxsize=256)
def picture(name: str, dark: bool) -> str:
    """The surface over its domain as a data URL, cached because every run of the script needs it."""
    file = io.BytesIO()
    Image.fromarray(_pixels(name, dark)).save(file, "WEBP", quality=85)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


def _pixels(name: str, dark: bool) -> NDArray[np.uint8]:
    """RGB values, shape (height, width, 3)."""
    landscape = landscapes.get(name)
    (x0, x1), (y0, y1) = landscape.domain
    width, height = SIZE
    half = max((x1 - x0) / width, (y1 - y0) / height) / 2
    x = (x0 + x1) / 2 + half * np.linspace(-width, width, width)
    y = (y0 + y1) / 2 + half * np.linspace(height, -height, height)
    above = landscape.value(x, y[:, None]) - landscape.infimum
    level = np.log(above + 1e-5 * np.quantile(above, 0.9) + 1e-12)
    low, high = np.quantile(level, (0.005, 0.995))
    share = np.clip((level - low) / max(high - low, 1e-12), 0, 1)
    slope = np.gradient(share, axis=1) - np.gradient(share, axis=0)
    ramp = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in palette.GROUND["dark" if dark else "light"]])
    stops = np.linspace(0, 1, len(ramp))
    colour = np.stack([np.interp(share, stops, ramp[:, i]) for i in range(3)], axis=-1)
    lines = share * LINES
    steepness = np.hypot(*np.gradient(lines))
    on_line = np.abs(lines - np.round(lines)) < 0.5 * np.minimum(steepness, 0.5)  # half a pixel to either side
    shade = 1 - 2.0 * np.clip(slope, -0.1, 0.1) - 0.1 * on_line
    pixels: NDArray[np.uint8] = np.clip(colour * shade[..., None], 0, 255).astype(np.uint8)
    return pixels
