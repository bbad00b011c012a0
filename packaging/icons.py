"""Draw the program's icon from its vector file, in every size and form that a system asks for.

    python packaging/icons.py OUT

OUT/NxN.png for each size, OUT/photolens.ico for Windows, OUT/photolens.icns for macOS.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

import recipe
from PySide6.QtCore import QBuffer, QByteArray, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
# Apple's name of each size that may be a PNG; 32 and 64 as the doubled 16 and 32.
_ICNS_SIZES = {b"ic11": 32, b"ic12": 64, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}
SOURCE = recipe.ROOT / "resources" / "icons" / "photolens.svg"


def draw(out: Path) -> None:
    """Write all icons into `out`, which is made."""
    out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication.instance() or QGuiApplication([])
    pictures = {size: _png(size) for size in sorted({*SIZES, *_ICO_SIZES, *_ICNS_SIZES.values()})}
    for size in SIZES:
        (out / f"{size}x{size}.png").write_bytes(pictures[size])
    (out / "photolens.ico").write_bytes(_ico({size: pictures[size] for size in _ICO_SIZES}))
    (out / "photolens.icns").write_bytes(_icns({kind: pictures[size] for kind, size in _ICNS_SIZES.items()}))
    del application


def _png(size: int) -> bytes:
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer = QSvgRenderer(str(SOURCE))
    if not renderer.isValid():
        raise OSError(f"{SOURCE} cannot be drawn")
    renderer.render(painter)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(content.data())


def _ico(pictures: dict[int, bytes]) -> bytes:
    """Windows' container: a header, one line of 16 bytes per picture, then the PNGs."""
    head = struct.pack("<HHH", 0, 1, len(pictures))
    at = len(head) + 16 * len(pictures)
    lines, content = b"", b""
    for size, png in pictures.items():
        side = size % 256  # 0 stands for 256
        lines += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(png), at + len(content))
        content += png
    return head + lines + content


def _icns(pictures: dict[bytes, bytes]) -> bytes:
    """macOS' container: each PNG behind its kind and length, all behind the whole length."""
    content = b"".join(kind + struct.pack(">I", 8 + len(png)) + png for kind, png in pictures.items())
    return b"icns" + struct.pack(">I", 8 + len(content)) + content


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    draw(Path(sys.argv[1]))
