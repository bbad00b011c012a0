"""The pictures of the user guide, from the real window over drawn photos: `make guide-pictures`.

python -m tests.guide_pictures [OUT [LANGUAGE]]     light and dark, in every language, into resources/help
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from photolens.embedding.scenes import scenes
from tests.studio import Size, Studio

GUIDE = Path(__file__).parents[1] / "resources" / "help"
_SIZE = Size(960, 600)
_SHAPES = ((960, 640), (640, 800), (960, 720), (720, 720), (1000, 560))
_LOCALES = {"en": "en_US", "de": "de_DE", "zh_CN": "zh_CN"}
_CAMERAS = (("Canon", "EOS R5"), ("FUJIFILM", "X-T5"), ("Apple", "iPhone 15"))
_TILES = 130  # size of the photos, so that there are some on a small picture
_COLORS = 128  # of a picture; drawn photos and a plain window need no more
_EXIF_MAKE, _EXIF_MODEL, _EXIF_IFD, _EXIF_DATE = 0x010F, 0x0110, 0x8769, 0x9003


@dataclass(frozen=True, slots=True)
class _Names:
    """What a user calls things. Searches are English in each, as the built-in model knows no other words."""

    pictures: str
    drive: str
    places: tuple[str, ...]
    concept: str


_NAMES = {
    "en": _Names("Pictures", "Old drive", ("Norway", "Garden", "Coast", "Autumn"), "Evenings by the sea"),
    "de": _Names("Bilder", "Alte Festplatte", ("Norwegen", "Garten", "Küste", "Herbst"), "Abende am Meer"),
    "zh_CN": _Names("图片", "旧硬盘", ("挪威", "花园", "海岸", "秋天"), "海边的傍晚"),
}


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        out, home, language = arguments[1:]
        _GuideStudio(Path(out), Path(home), _NAMES[language]).shoot([])
        return
    out = Path(arguments[0]) if arguments else GUIDE
    for language in arguments[1:] or _NAMES:
        print(language, flush=True)
        _shoot_in(language, out if language == "en" else out / language)


def _shoot_in(language: str, out: Path) -> None:
    """In a process of its own, whose system speaks the language."""
    out.mkdir(parents=True, exist_ok=True)
    names, spoken = _NAMES[language], f"{_LOCALES[language]}.UTF-8"
    with tempfile.TemporaryDirectory() as home:
        draw_photos(Path(home) / names.pictures, 48, names.places)
        draw_photos(Path(home) / names.drive, 12, names.places, first=48)
        environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", QT_SCALE_FACTOR="1", HOME=home)
        environment.update(LC_ALL=spoken, LANGUAGE=_LOCALES[language])
        command = [sys.executable, "-m", "tests.guide_pictures", "--one", str(out), home, language]
        subprocess.run(command, check=True, env=environment)


def draw_photos(folder: Path, count: int, places: Sequence[str], first: int = 0) -> None:
    """Landscapes drawn by formula, each in another light and frame, over six years and three cameras."""
    drawn = scenes(1000)[0][:-1]  # the last is a page of text
    for number in range(first, first + count):
        random = np.random.default_rng(number)
        image = Image.fromarray(drawn[number * 7 % len(drawn)])
        if random.random() < 0.5:
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        width, height = _SHAPES[number % len(_SHAPES)]
        share = random.uniform(0.8, 1.0)  # the rest is cut off
        left, top = (int(random.uniform(0, 1000 - 1000 * share)) for _ in range(2))
        image = image.crop((left, top, left + int(1000 * share), top + int(1000 * share)))
        light = random.uniform(0.8, 1.05) * random.uniform(0.97, 1.03, 3)
        pixels = (np.asarray(image.resize((width, height))) * light).clip(0, 255).astype(np.uint8)
        exif = Image.Exif()
        exif[_EXIF_MAKE], exif[_EXIF_MODEL] = _CAMERAS[number % len(_CAMERAS)]
        year = 2020 + number % 6
        exif.get_ifd(_EXIF_IFD)[_EXIF_DATE] = f"{year}:{number % 12 + 1:02}:{number % 27 + 1:02} 11:00:00"
        file = folder / f"{places[number % len(places)]} {year}" / f"IMG_{number:04}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(file, quality=90, exif=exif)


class _GuideStudio(Studio):
    """Brings the window into what the pages of the guide speak of."""

    def __init__(self, out: Path, home: Path, names: _Names) -> None:
        super().__init__(out, home / names.pictures, _SIZE)
        self._names = names

    def shoot(self, states: list[str]) -> None:
        wanted: dict[str, Callable[[], None]] = {
            "first-run": lambda: self.wait(lambda: self.window.empty.button.isVisible()),
            "library": self.library,
            "search": lambda: self.ask("mountains covered with snow"),
            "clicks": self.clicks,
            "concept": self.concept,
            "folders": self.folders,
            "models": self.models,
            "failures": self.failures,
        }
        try:
            for name, arrange in wanted.items():
                arrange()
                self.picture(name)
        finally:
            self.close()

    def library(self) -> None:
        self.window.grid.set_tile_size(_TILES)
        self.session.add_folders([str(self.photos.with_name(self._names.drive))])
        super().library()

    def clicks(self) -> None:
        self.ask("a landscape")
        ids = self.window.model.listing.ids
        self.judge([int(ids[1]), int(ids[3])], True)
        self.judge([int(ids[0])], False)
        self.settle(1)

    def concept(self) -> None:
        from photolens.gui.name_dialog import NameDialog

        self.ask("a sunset over the sea")
        self.window.commands["save-concept"].trigger()
        self.wait(lambda: isinstance(self.window.concepts.changes.dialog, NameDialog))
        dialog = self.window.concepts.changes.dialog
        assert dialog is not None
        dialog.edit.setText(self._names.concept)
        dialog.save.click()
        self.wait(lambda: self.window.concepts.changes.dialog is None)
        self.settle(1)

    def folders(self) -> None:
        """The second folder's drive is not plugged in."""
        self.window.commands["all-photos"].trigger()
        drive = self.photos.with_name(self._names.drive)
        drive.rename(drive.with_name("unplugged"))
        self.window.commands["rescan"].trigger()
        self.wait(lambda: not self.window.model.listing.online.all(), 20)
        self.settle(1)

    def models(self) -> None:
        super().settings()
        settings = self.window.dialogs.settings
        assert settings is not None
        settings.tabs.setCurrentIndex(1)
        self.wait(lambda: settings.models.table.rowCount() > 1)
        self.settle(0.5)

    def picture(self, name: str) -> None:
        """Few colours make a small file; a dialog is shown without the window."""
        for theme in ("light", "dark"):
            self.theme.choose(theme)
            self.settle(0.3)
            data = io.BytesIO(_png(self.grab()))
            image = Image.open(data).convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE)
            image.save(self.out / f"{name}{'-dark' if theme == 'dark' else ''}.png", optimize=True)
        self.theme.choose("light")


def _png(pixmap: object) -> bytes:
    from PySide6.QtCore import QBuffer
    from PySide6.QtGui import QPixmap

    assert isinstance(pixmap, QPixmap)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    pixmap.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


if __name__ == "__main__":
    main(sys.argv[1:])
