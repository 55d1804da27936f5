"""Colours, dashes and markers. Runners never differ by colour alone.

The runners' hues follow Okabe and Ito (2008), "Color Universal Design": they are distinguishable with the common kinds
of colour blindness, and darkened or lightened to be legible on either background.
"""

RUNNERS = {
    "light": ["#3f4654", "#a35d00", "#00805a", "#0b5fcc", "#b8124f", "#6a45c4", "#00707c", "#7d4a1e", "#5d6b00"],
    "dark": ["#b3bac5", "#f5a623", "#34d399", "#6aabff", "#ff7aa2", "#bfa5ff", "#3fcbd9", "#dbab7c", "#c2d450"],
}
DASHES: list[list[int]] = [[2, 3], [9, 4], [], [14, 3, 2, 3], [7, 3, 2, 3], [4, 4], [12, 3], [2, 6], [7, 3, 2, 3, 2, 3]]
MARKERS = ["circle", "square", "triangle", "diamond", "star", "wedge", "cross", "pentagon", "hexagon"]

# From the valley floor to the peaks.
GROUND = {
    "light": ["#6f9fb4", "#9dc3b8", "#cfe0bd", "#e9e3c0", "#efd9bd", "#eed2c3", "#efdcd3", "#f3e9e3"],
    "dark": ["#0d1d33", "#14384d", "#1f5660", "#3a6e66", "#66786a", "#85806f", "#9c9080", "#b3a898"],
}

ALL = {"runners": RUNNERS, "dashes": DASHES, "markers": MARKERS, "ground": GROUND}
