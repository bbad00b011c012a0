"""Pictures drawn by formula, each with words that anybody would find for it: what a model is tried with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from photolens.domain import PixelArray

_Map = NDArray[np.float64]  # [S, S], or [S, S, 3] with colours 0 to 255
_Color = tuple[int, int, int]


def scenes(size: int) -> tuple[PixelArray, tuple[str, ...]]:
    """Ten pictures, uint8 [10, size, size, 3], and the words for each."""
    paper = _Paper(size)
    drawn = [draw(paper).clip(0, 255).astype(np.uint8) for draw in _SCENES.values()]
    return np.stack(drawn), tuple(_SCENES)


class _Paper:
    """Coordinates from 0 to 1, and what several scenes are made of."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.y, self.x = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]

    def shade(self, *stops: tuple[float, _Color]) -> _Map:
        """Colours that change from top to bottom."""
        heights = [height for height, _ in stops]
        channels = [np.interp(self.y, heights, [color[n] for _, color in stops]) for n in range(3)]
        return np.stack(channels, axis=-1)

    def rough(self, seed: int) -> _Map:
        """Something like clouds, about -0.5 to 0.5."""
        layers = [self._waves(seed + n, 4 * 2**n) / 2**n for n in range(4)]
        found: _Map = np.sum(layers, axis=0) / 1.875 - 0.5
        return found

    def distance(self, x: float, y: float) -> _Map:
        found: _Map = np.hypot(self.x - x, self.y - y)
        return found

    def _waves(self, seed: int, cells: int) -> _Map:
        """Random heights at the corners of a grid, and smooth between."""
        corners = np.random.default_rng(seed).random((cells + 1, cells + 1))
        row, column = self.y * cells * 0.999, self.x * cells * 0.999
        i, j = row.astype(int), column.astype(int)
        down, right = _smooth(row - i), _smooth(column - j)
        above = corners[i, j] * (1 - right) + corners[i, j + 1] * right
        below = corners[i + 1, j] * (1 - right) + corners[i + 1, j + 1] * right
        mixed: _Map = above * (1 - down) + below * down
        return mixed


def _smooth(t: _Map) -> _Map:
    return t * t * (3 - 2 * t)


def _sunset(p: _Paper) -> _Map:
    picture = p.shade(
        (0, (70, 40, 110)),
        (0.45, (240, 110, 60)),
        (0.62, (255, 190, 90)),
        (0.63, (120, 60, 60)),
        (1, (30, 20, 50)),
    )
    picture[p.distance(0.5, 0.55) < 0.08] = (255, 245, 190)
    picture[(p.y > 0.63) & (np.abs(p.x - 0.5) < 0.12 + 0.1 * p.rough(3))] = (255, 190, 110)
    return picture


def _meadow(p: _Paper) -> _Map:
    picture = p.shade((0, (80, 140, 230)), (0.5, (200, 225, 250)), (0.51, (110, 170, 60)), (1, (50, 130, 30)))
    picture += (90 * p.rough(9) * (p.y > 0.5))[..., None]
    picture[(p.rough(5) > 0.05) & (p.y < 0.4)] = (250, 250, 250)
    return picture


def _stars(p: _Paper) -> _Map:
    picture = p.shade((0, (6, 8, 24)), (1, (6, 8, 24)))
    cells = np.random.default_rng(1).random((128, 128)) > 0.985
    row, column = (p.y * 127.9).astype(int), (p.x * 127.9).astype(int)
    picture[cells[row, column]] = (255, 255, 240)
    return picture


def _beach(p: _Paper) -> _Map:
    sky, sea, sand = (190, 220, 250), (20, 110, 170), (240, 220, 170)
    picture = p.shade(
        (0, (90, 160, 240)),
        (0.4, sky),
        (0.41, sea),
        (0.75, (40, 160, 180)),
        (0.8, sand),
        (1, (220, 190, 130)),
    )
    picture += (40 * p.rough(4) * (p.y > 0.4))[..., None]
    return picture


def _forest(p: _Paper) -> _Map:
    picture = p.shade((0, (60, 110, 50)), (1, (40, 60, 20))) + 110 * p.rough(7)[..., None] * (0.7, 1, 0.4)
    trunks = np.abs((p.x * 6 + 0.1 * np.sin(9 * p.y)) % 1 - 0.5) < 0.11
    picture[trunks] = np.array((70, 48, 30)) + 40 * p.rough(8)[trunks][:, None]
    return picture


def _snow(p: _Paper) -> _Map:
    picture = p.shade((0, (50, 110, 210)), (0.6, (170, 205, 245)), (1, (240, 245, 250)))
    mountain = p.y > 0.35 + 0.22 * np.abs((p.x * 1.6 + 0.3) % 1 * 2 - 1)
    shadow = 260 * np.abs(p.rough(11))[mountain][:, None] * (1, 0.8, 0.6)
    picture[mountain] = np.array((238, 243, 250)) - shadow
    return picture


def _fire(p: _Paper) -> _Map:
    heat = np.clip(0.2 + 1.1 * p.y - 1.3 * np.abs(p.x - 0.5) + 0.9 * p.rough(31), 0, 1)
    red, green, blue = 2.2 * heat, 2.2 * heat - 0.7, 3 * heat - 2
    return np.stack([255 * red.clip(0, 1), 230 * green.clip(0, 1), 160 * blue.clip(0, 1)], axis=-1)


def _desert(p: _Paper) -> _Map:
    picture = p.shade(
        (0, (90, 150, 225)), (0.45, (215, 225, 235)), (0.46, (215, 165, 95)), (1, (190, 130, 65))
    )
    picture[(p.y > 0.45) & (np.sin(6 * (2 * p.x + 3 * p.y + 0.3 * p.rough(6))) > 0.4)] *= 0.78
    return picture


def _flowers(p: _Paper) -> _Map:
    picture = p.shade((0, (60, 130, 50)), (1, (60, 130, 50)))
    random = np.random.default_rng(5)
    for _ in range(26):
        x, y, size = random.random(), random.random(), 0.05 + 0.04 * random.random()
        far, turn = p.distance(x, y), np.arctan2(p.y - y, p.x - x)
        color = ((225, 40, 60), (245, 200, 40), (235, 120, 190))[random.integers(3)]
        picture[far < size * (0.7 + 0.3 * np.cos(5 * turn))] = color
        picture[far < 0.25 * size] = (250, 220, 60)
    return picture


def _text(p: _Paper) -> _Map:
    picture = p.shade((0, (225, 222, 215)), (1, (245, 243, 238)))
    gaps = np.random.default_rng(40).random((18, 40)) > 0.2
    for line in range(18):
        row = (
            (np.abs(p.y - 0.1 - 0.046 * line) < 0.009) & (p.x > 0.1) & (p.x < (0.6 if line % 5 == 4 else 0.9))
        )
        picture[row & gaps[line, (p.x * 39.9).astype(int)]] = (40, 40, 45)
    return picture


_SCENES: dict[str, Callable[[_Paper], _Map]] = {
    "a sunset over the sea": _sunset,
    "a green meadow under a blue sky": _meadow,
    "stars in the night sky": _stars,
    "a sandy beach and the blue sea": _beach,
    "trees in a forest": _forest,
    "mountains covered with snow": _snow,
    "flames of a fire": _fire,
    "sand dunes in the desert": _desert,
    "colourful flowers": _flowers,
    "a page of printed text": _text,
}
