"""Where each tile of the grid lies: arithmetic over arrays, no widgets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# A row is stretched to the full width, but never made taller than this share of the wanted height.
_MAX_STRETCH = 1.35


@dataclass(frozen=True, slots=True)
class Tile:
    """A place in the grid, in pixels from its upper left corner."""

    x: int
    y: int
    width: int
    height: int


class GridLayout:
    """Rows of tiles, `gap` apart, in a grid `width` pixels wide.

    `aspects`, float32 [N], is width / height of each tile. With `justified` the rows are filled to the right
    edge at about `size` pixels of height, each photo whole; else all tiles are squares of about `size`.
    """

    def __init__(
        self, aspects: NDArray[np.float32], width: int, size: int, gap: int, *, justified: bool
    ) -> None:
        self.count = len(aspects)
        self.justified = justified
        self.width = max(width, 1)
        self.gap = gap
        self.size = min(size, self.width)
        if justified:
            self._aspects = aspects
            self._starts = _justified_rows(aspects, self.width, self.size, gap)
        else:
            self._aspects = np.ones(self.count, dtype=np.float32)
            self._starts = np.append(np.arange(0, self.count, self._columns()), self.count)
        self._exact = self._row_heights(justified)  # widths follow from these, so that rows end at the edge
        self._heights = self._exact.astype(np.int64)
        tops = np.zeros(len(self._heights) + 1, dtype=np.int64)
        np.cumsum(self._heights + gap, out=tops[1:])
        self._tops = tops
        self._bottoms = tops[:-1] + self._heights

    def of(self, aspects: NDArray[np.float32]) -> GridLayout:
        """Other tiles in the same grid."""
        return GridLayout(aspects, self.width, self.size, self.gap, justified=self.justified)

    def has_shape(self, width: int, size: int, *, justified: bool) -> bool:
        """Whether a layout made with these would be the same."""
        return (self.width, self.size, self.justified) == (max(width, 1), min(size, max(width, 1)), justified)

    @property
    def height(self) -> int:
        """Of all rows together, without a gap after the last."""
        return int(self._tops[-1]) - (self.gap if self.count else 0)

    @property
    def rows(self) -> int:
        return len(self._heights)

    def tile(self, index: int) -> Tile:
        """Where tile `index` lies. Raises IndexError."""
        if not 0 <= index < self.count:
            raise IndexError(index)
        row = self.row_of(index)
        return self.row_tiles(row)[index - int(self._starts[row])]

    def row_of(self, index: int) -> int:
        return int(np.searchsorted(self._starts, index, side="right")) - 1

    def row_tiles(self, row: int) -> list[Tile]:
        """The tiles of one row, left to right."""
        start, end = self.row_range(row)
        height, top = int(self._heights[row]), int(self._tops[row])
        widths = self._aspects[start:end].astype(np.float64) * self._exact[row]
        edges = np.concatenate([[0.0], np.cumsum(widths + self.gap)])
        left = np.rint(edges[:-1]).astype(int)
        right = np.rint(edges[1:] - self.gap).astype(int)
        return [
            Tile(int(x), top, max(1, int(end_x - x)), height) for x, end_x in zip(left, right, strict=True)
        ]

    def row_range(self, row: int) -> tuple[int, int]:
        """First index of a row and the one after its last."""
        return int(self._starts[row]), int(self._starts[row + 1])

    def rows_between(self, top: int, bottom: int) -> range:
        """Rows that touch the pixels `top` up to `bottom`."""
        first = int(np.searchsorted(self._bottoms, top, side="right"))
        last = int(np.searchsorted(self._tops[:-1], bottom, side="left"))
        return range(first, max(first, last))

    def indexes_between(self, top: int, bottom: int) -> range:
        """Tiles in the rows that touch these pixels."""
        rows = self.rows_between(top, bottom)
        return range(int(self._starts[rows.start]), int(self._starts[rows.stop])) if rows else range(0)

    def index_at(self, x: int, y: int) -> int | None:
        """The tile under a point; None in a gap."""
        for row in self.rows_between(y, y + 1):
            for offset, tile in enumerate(self.row_tiles(row)):
                if tile.x <= x < tile.x + tile.width and tile.y <= y < tile.y + tile.height:
                    return int(self._starts[row]) + offset
        return None

    def above(self, index: int, rows: int = 1) -> int:
        """The tile `rows` rows above (below when negative) that is nearest to the middle of this one."""
        row = self.row_of(index)
        wanted = min(max(row - rows, 0), self.rows - 1)
        if wanted == row:
            return index
        tile = self.tile(index)
        middle = tile.x + tile.width / 2
        distances = [abs(t.x + t.width / 2 - middle) for t in self.row_tiles(wanted)]
        return int(self._starts[wanted]) + distances.index(min(distances))

    def _row_heights(self, justified: bool) -> NDArray[np.float64]:
        starts, ends = self._starts[:-1], self._starts[1:]
        if not len(starts):
            return np.empty(0)
        room = self.width - (ends - starts - 1) * self.gap
        if not justified:
            columns = self._columns()
            side = (self.width - (columns - 1) * self.gap) / columns
            return np.full(len(starts), max(1.0, side))
        sums = np.add.reduceat(self._aspects.astype(np.float64), starts)
        heights = np.minimum(room / sums, self.size * _MAX_STRETCH)
        if heights[-1] > self.size:  # the last row may be short: leave it so
            heights[-1] = self.size
        return np.maximum(1.0, heights)

    def _columns(self) -> int:
        return max(1, round((self.width + self.gap) / (self.size + self.gap)))


def _justified_rows(aspects: NDArray[np.float32], width: int, size: int, gap: int) -> NDArray[np.int64]:
    """Index at which each row starts, and N at the end: as many as come nearest to the width."""
    count = len(aspects)
    ends = np.concatenate([[0.0], np.cumsum(aspects.astype(np.float64) * size + gap)])
    # Where a row that starts at i would end, for all i at once; then follow the chain from 0.
    following = np.searchsorted(ends, ends[:-1] + width + gap, side="right") - 1
    over = np.minimum(following + 1, count)
    room = ends[:-1] + width + gap
    nearer = ends[over] - room < room - ends[following]
    # A row that would have to grow too much takes one more photo, rather than leave a hole at its end.
    widths = ends[following] - ends[:-1] - gap
    thin = widths * _MAX_STRETCH < width
    following = np.where(nearer | thin, over, following)
    following = np.maximum(following, np.arange(count) + 1).tolist()
    starts, at = [0], 0
    while at < count:
        at = following[at]
        starts.append(at)
    return np.array(starts, dtype=np.int64)
