"""Where each tile of the grid lies: arithmetic over arrays, no widgets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photolens.gui.grid.sections import Section, check

HEADER = 32  # pixels, of a section's title

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

    `aspects`, float32 [N], is width / height of each tile. With `justified` the rows are filled to the
    further edge at about `size` pixels of height, each photo whole; else all tiles are squares of about
    `size`. With `mirrored` rows begin at the right. Each of `sections` begins a new row below a title
    `header` pixels high. Raises ValueError where the sections do not cover the tiles one after the other.
    """

    def __init__(
        self,
        aspects: NDArray[np.float32],
        width: int,
        size: int,
        gap: int,
        *,
        justified: bool,
        sections: tuple[Section, ...] = (),
        header: int = HEADER,
        mirrored: bool = False,
    ) -> None:
        check(sections, len(aspects))
        self.count = len(aspects)
        self.justified = justified
        self.mirrored = mirrored
        self.sections = sections
        self.header = header
        self.width = max(width, 1)
        self.gap = gap
        self.size = min(size, self.width)
        self._aspects = aspects if justified else np.ones(self.count, dtype=np.float32)
        stretches = [(s.start, s.end, s.scale) for s in sections] or [(0, self.count, 1.0)]
        rows = [self._rows(*stretch) for stretch in stretches]
        self._starts = np.append(np.concatenate([starts for starts, _ in rows]), self.count)
        # Widths follow from these, so that rows end at the edge.
        self._exact = np.concatenate([heights for _, heights in rows])
        self._place([len(heights) for _, heights in rows])

    def of(self, aspects: NDArray[np.float32], sections: tuple[Section, ...] = ()) -> GridLayout:
        """Other tiles in the same grid."""
        return GridLayout(
            aspects,
            self.width,
            self.size,
            self.gap,
            justified=self.justified,
            sections=sections,
            header=self.header,
            mirrored=self.mirrored,
        )

    def has_shape(
        self, width: int, size: int, *, justified: bool, header: int = HEADER, mirrored: bool = False
    ) -> bool:
        """Whether a layout made with these would be the same."""
        wanted = (max(width, 1), min(size, max(width, 1)), justified, header, mirrored)
        return (self.width, self.size, self.justified, self.header, self.mirrored) == wanted

    @property
    def height(self) -> int:
        """Of all rows and headers together, without a gap after the last."""
        below_rows = int(self._bottoms[-1]) if self.rows else 0
        return max(below_rows, int(self._header_tops[-1]) + self.header) if self.sections else below_rows

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
        """The tiles of one row, in their order."""
        start, end = self.row_range(row)
        height, top = int(self._heights[row]), int(self._tops[row])
        # At least a pixel each, however thin a photo; rounded up at a half, or two of them could share one.
        widths = np.maximum(1.0, self._aspects[start:end].astype(np.float64) * self._exact[row])
        over = widths.sum() + (len(widths) - 1) * self.gap - self.width
        if over > 0:  # what thin ones were given is taken from the widest
            widest = widths.argmax()
            widths[widest] = max(1.0, widths[widest] - over)
        edges = np.concatenate([[0.0], np.cumsum(widths + self.gap)])
        left = np.floor(edges[:-1] + 0.5).astype(int)
        right = np.floor(edges[1:] - self.gap + 0.5).astype(int)
        if self.mirrored:
            left, right = self.width - right, self.width - left
        return [Tile(int(x), top, int(end_x - x), height) for x, end_x in zip(left, right, strict=True)]

    def row_range(self, row: int) -> tuple[int, int]:
        """First index of a row and the one after its last."""
        return int(self._starts[row]), int(self._starts[row + 1])

    def rows_between(self, top: int, bottom: int) -> range:
        """Rows that touch the pixels `top` up to `bottom`."""
        first = int(np.searchsorted(self._bottoms, top, side="right"))
        last = int(np.searchsorted(self._tops, bottom, side="left"))
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

    def span(self, index: int) -> tuple[int, int]:
        """Top and bottom of a tile's row with the headers right above it, and those below the last row."""
        row = self.row_of(index)
        top = int(self._bottoms[row - 1]) + self.gap if row else 0
        return top, self.height if row == self.rows - 1 else int(self._bottoms[row])

    # --- headers -----------------------------------------------------------------------------

    def headers(self) -> list[tuple[Section, int]]:
        """All sections, and the top of each one's header."""
        return list(zip(self.sections, self._header_tops.tolist(), strict=True))

    def header_at(self, y: int) -> Section | None:
        """The section whose header is at this height."""
        found = int(np.searchsorted(self._header_tops, y, side="right")) - 1
        inside = found >= 0 and y < int(self._header_tops[found]) + self.header
        return self.sections[found] if inside else None

    # --- inside ------------------------------------------------------------------------------

    def _place(self, rows: list[int]) -> None:
        """Heights and places of all rows and headers; `rows` is how many there are in each section."""
        self._heights = self._exact.astype(np.int64)
        below = np.concatenate([[0], np.cumsum(self._heights + self.gap)])  # each row, headers not counted
        headers_above = np.repeat(np.arange(len(rows)) + 1, rows) if self.sections else 0
        self._tops = below[:-1] + headers_above * self.header
        self._bottoms = self._tops + self._heights
        first = np.cumsum([0, *rows[:-1]])[: len(self.sections)]
        self._header_tops = below[first] + np.arange(len(self.sections)) * self.header

    def _rows(self, start: int, end: int, scale: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Index of the first tile of each row of a section, and the rows' heights."""
        aspects = self._aspects[start:end]
        size = min(max(1, round(self.size * scale)), self.width)
        if not len(aspects):
            return np.empty(0, dtype=np.int64), np.empty(0)
        if not self.justified:
            columns = max(1, round((self.width + self.gap) / (size + self.gap)))
            side = (self.width - (columns - 1) * self.gap) / columns
            starts = np.arange(start, end, columns)
            return starts, np.full(len(starts), max(1.0, side))
        starts = _justified_rows(aspects, self.width, size, self.gap)
        room = self.width - (np.diff(starts) - 1) * self.gap
        sums = np.add.reduceat(aspects.astype(np.float64), starts[:-1])
        heights = np.minimum(room / sums, size * _MAX_STRETCH)
        if heights[-1] > size:  # the last row may be short: leave it so
            heights[-1] = size
        return starts[:-1] + start, np.maximum(1.0, heights)


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
