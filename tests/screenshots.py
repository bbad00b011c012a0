"""Pictures of the real window in every state that matters: `make screenshots`.

    python -m tests.screenshots OUT [PHOTOS]        every state, light and dark, in three sizes
    python -m tests.screenshots --readme [PHOTOS]   the two pictures that README.md shows

With LC_ALL=de_DE.UTF-8 they are in German, as the window would be; with RIGHT_TO_LEFT=1 mirrored.
PHOTOS is a folder with photos; without it those beside the repository are taken, or made-up ones.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from photolens.domain import FailedFile, Filters, IngestTrouble
from photolens.errors import CatalogDamaged, DecoderDied
from photolens.messages import message, plain
from tests.photos import make_photo

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "photos" / "everyday"
README_PICTURES = ROOT / "resources" / "screenshots"
# Of the photos at hand, those that anybody may publish.
_FREE = ("CC0", "MIT", "public domain")
_TEXT, _MORE_TEXT = "a street in a city", "at sunset -people"


@dataclass(frozen=True, slots=True)
class Size:
    """Logical pixels, and how many device pixels each has."""

    width: int
    height: int
    scale: int = 1

    @property
    def name(self) -> str:
        return f"{self.width * self.scale}x{self.height * self.scale}@{self.scale}"


SIZES = (Size(1024, 700), Size(1440, 900), Size(1280, 720, 2))


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        if Path(arguments[2]).resolve().is_relative_to(SHARED):
            sys.exit("Photos that lie beside the repository are only read: pictures are made of a copy.")
        Studio(Path(arguments[1]), Path(arguments[2]), Size(*map(int, arguments[3:6]))).shoot(arguments[6:])
        return
    readme = arguments[:1] == ["--readme"]
    out = README_PICTURES if readme else Path(arguments[0])
    given = Path(arguments[1]) if len(arguments) > 1 else SHARED
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        photos = Path(scratch) / "Pictures"
        collect(given, photos, free_only=readme)
        for size in SIZES[1:2] if readme else SIZES:
            print(size.name, flush=True)
            _run_one(out, photos, size, ["library", "search", "clicks"] if readme else [])


def collect(source: Path, target: Path, *, free_only: bool) -> None:
    """Copy photos (of a folder with a MANIFEST.csv only those that may be published), or make some up."""
    target.mkdir(parents=True)
    manifest = source / "MANIFEST.csv"
    if manifest.exists():
        rows = list(csv.DictReader(manifest.open(encoding="utf-8")))
        kept = [row["file"] for row in rows if not free_only or row["licence"].startswith(_FREE)]
    else:
        kept = [str(file.relative_to(source)) for file in sorted(source.rglob("*.jpg"))]
    for name in kept:
        if free_only and name.startswith(("grocery", "clothing", "mslearn")):
            continue  # hundreds of shirts and shelves are no library to show
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / name, target / name)
    if not kept:
        for seed in range(120):
            make_photo(target / f"{2005 + seed // 6}" / f"IMG_{seed:04}.jpg", seed, (960, 640))


def _run_one(out: Path, photos: Path, size: Size, states: list[str]) -> None:
    """In a process of its own: the scale of a screen is fixed when Qt starts."""
    home = str(photos.parent)  # so that paths are shown as a user's
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", QT_SCALE_FACTOR=str(size.scale), HOME=home)
    numbers = [str(size.width), str(size.height), str(size.scale)]
    command = [sys.executable, "-m", "tests.screenshots", "--one", str(out), str(photos), *numbers, *states]
    subprocess.run(command, check=True, env=environment)


class Studio:
    """One window of one size, brought into one state after the other."""

    def __init__(self, out: Path, photos: Path, size: Size) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtGui import QFont, QFontDatabase
        from PySide6.QtWidgets import QApplication

        from photolens.gui import languages
        from photolens.gui.bridge import Bridge
        from photolens.gui.garbage import GarbageCollector
        from photolens.gui.session import Session
        from photolens.gui.theme import Theme
        from photolens.gui.window import MainWindow
        from photolens.gui.window_state import WindowState
        from photolens.settings import Settings

        self.out, self.photos, self.size = out, photos, size
        self.scratch = Path(tempfile.mkdtemp())
        self.application = QApplication([])
        languages.use(self.application, "system")
        if os.environ.get("RIGHT_TO_LEFT"):
            self.application.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        family = next((f for f in ("Inter", "Noto Sans") if f in QFontDatabase.families()), "")
        if family:
            self.application.setFont(QFont(family, 10))
        self.garbage = GarbageCollector()
        self.theme = Theme(self.application)
        self.bridge = Bridge()
        self.session = Session(self.bridge, self.scratch / "library", Settings())
        state = WindowState(self.scratch / "window.ini")
        self.window = MainWindow(self.bridge, self.session, state)
        self.window.resize(size.width, size.height)
        self.window.show()
        self.session.open()

    def shoot(self, states: list[str]) -> None:
        """All states, or those named, each light and dark."""
        wanted: dict[str, Callable[[], None]] = {
            "first-run": lambda: self.wait(lambda: self.window.empty.button.isVisible()),
            "waiting": self.waiting,
            "library": self.library,
            "details": self.details,
            "search": self.search,
            "clicks": self.clicks,
            "less-like-this": self.less_like_this,
            "by-date": self.by_date,
            "picture-and-text": self.picture_and_text,
            "nothing-found": self.nothing_found,
            "viewer": self.viewer,
            "part": self.part,
            "settings": self.settings,
            "failures": self.failures,
            "shortcuts": self.shortcuts,
            "offline": self.offline,
            "offline-viewer": self.offline_viewer,
            "vanished": self.vanished,
            "vanished-list": self.vanished_list,
            "disk-full": self.disk_full,
            "set-aside": self.set_aside,
            "backups": self.backups,
            "damaged": self.damaged,
            "damaged-without-backup": self.without_backup,
            "restored": self.restored,
        }
        try:
            for name, arrange in wanted.items():
                if not states or name in states or name == "library":
                    arrange()
                    if not states or name in states:
                        self.picture(name)
        finally:
            self.window.close()
            self.session.close()
            self.garbage.close()
            shutil.rmtree(self.scratch)

    # --- states ------------------------------------------------------------------------------

    def waiting(self) -> None:
        """A folder that was just added, with reading paused: its photos are there."""
        self.window.commands["pause"].trigger()
        self.session.add_folders([str(self.photos)])
        self.wait(lambda: self.shown() > 0)
        self.window.grid.select_row(1)
        self.settle(2)

    def library(self) -> None:
        for name, content in (
            ("broken.jpg", b"\xff\xd8\xff\xe0 not much of a photo"),
            ("notes.png", b"hello"),
        ):
            (self.photos / name).write_bytes(content)
        raw = self.photos / "DSC_0042.NEF"
        raw.write_bytes(b"MM\x00*" + bytes(2000))
        count = sum(file.suffix.lower() in (".jpg", ".jpeg", ".png") for file in self.photos.rglob("*.*")) - 2
        self.session.add_folders([str(self.photos)])
        self.window.commands["pause"].setChecked(False)
        self.wait(lambda: (self.window.model.listing.ids > 0).sum() >= count * 0.95, 90)
        library = self.session.library
        assert library is not None
        self.wait(lambda: library.wait_idle(0), 60)
        self.wait(lambda: not self.window.status.text.full_text(), 15)
        self.window.status.setFocus()

    def details(self) -> None:
        self.window.grid.select_row(2)
        self.window.commands["details"].setChecked(True)
        self.settle(0.5)

    def search(self) -> None:
        self.window.commands["details"].setChecked(False)
        self.ask(_TEXT)

    def clicks(self) -> None:
        """Two likes, a dislike, and why a photo is where it is."""
        ids = self.window.model.listing.ids
        self.judge([int(ids[0]), int(ids[3])], True)
        self.judge([int(ids[2])], False)
        self.window.commands["details"].setChecked(True)
        self.window.grid.select_row(4)
        self.wait(lambda: self.window.details.why.isVisible())

    def less_like_this(self) -> None:
        self.window.commands["details"].setChecked(False)
        self.window.browser.toggle("disliked")
        self.settle(0.8)

    def by_date(self) -> None:
        self.window.browser.toggle("disliked")
        self.window.commands["hits-by-date"].trigger()
        self.wait(lambda: self.window.browser.answer.page.by_date)
        self.settle(0.5)

    def picture_and_text(self) -> None:
        self.window.commands["best-match"].trigger()
        self.ask("mountains")
        self.window.grid.select_row(0)
        self.window.commands["more-like-this"].trigger()
        self.settle(1)
        self.window.search.focus(_MORE_TEXT)
        self.settle(2)

    def nothing_found(self) -> None:
        self.window.browser.set_filters(Filters(cameras=("Hasselblad",), formats=("webp",)))
        self.wait(lambda: self.window.stack.currentWidget() is self.window.empty)

    def viewer(self) -> None:
        self.window.commands["all-photos"].trigger()
        self.wait(lambda: self.answered() is None)
        self.window.hand.view(0)
        self.settle(1)

    def part(self) -> None:
        """A box around a part of the photo, being drawn."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        self.window.commands["search-part"].setChecked(True)
        canvas = self.window.viewer.canvas
        middle = canvas.rect().center()
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle - QPoint(120, 90))
        QTest.mouseMove(canvas, middle + QPoint(80, 60))
        self.settle(0.3)

    def settings(self) -> None:
        self.window.commands["search-part"].setChecked(False)
        self.window.hand.close_viewer()
        self.window.dialogs.show_settings()
        self.wait(lambda: self.window.dialogs.settings is not None)
        self.settle(0.3)

    def failures(self) -> None:
        self.close_dialogs()
        self.window.dialogs.show_failures()
        self.settle(0.5)

    def shortcuts(self) -> None:
        self.close_dialogs()
        self.window.dialogs.show_shortcuts()
        self.settle(0.3)

    def offline(self) -> None:
        self.close_dialogs()
        self.unplug()
        self.settle(0.5)
        self.plug_in()

    def offline_viewer(self) -> None:
        self.unplug()
        self.window.commands["details"].setChecked(True)
        self.window.hand.view(3)
        self.wait(self.window.viewer.note.isVisible)
        self.settle(0.5)
        self.plug_in()

    def vanished(self) -> None:
        """A third of the photos is somewhere else."""
        self.window.hand.close_viewer()
        self.window.commands["details"].setChecked(False)
        self.window.commands["rescan"].trigger()
        self.wait(lambda: bool(self.window.model.listing.online.all()), 20)
        away = self.scratch / "elsewhere"
        for file in sorted(self.photos.rglob("*.jpg"))[::3]:
            target = away / file.relative_to(self.photos)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, target)
        self.window.commands["rescan"].trigger()
        self.wait(lambda: not self.window.model.listing.online.all(), 20)
        self.wait(self.window.notices.isVisible)
        self.settle(1.5)

    def vanished_list(self) -> None:
        self.window.notices.rows[0].buttons[-1].click()
        self.wait(lambda: self.window.banners.dialog is not None)

    def disk_full(self) -> None:
        self.close_dialogs()
        text = "The disk that holds {folder} is full. Make room, then index again; nothing is lost."
        self.bridge.hear(IngestTrouble(message(text, folder=self.scratch / "library")))
        self.wait(lambda: len(self.window.notices.rows) == 2)

    def set_aside(self) -> None:
        """The list of failures with two files more, which no photo at hand would bring about."""
        self.failures()
        assert self.session.library is not None and self.window.dialogs.failures is not None
        more = [
            FailedFile(str(self.photos / "2019" / name), error.kind, error.reason, 2, datetime.now())
            for name, error in (
                ("IMG_0412.heic", DecoderDied().set_aside()),
                ("panorama.png", DecoderDied(too_slow=True).set_aside()),
            )
        ]
        self.window.dialogs.failures.show_files([*self.session.library.failures(), *more])
        self.settle(0.3)

    def backups(self) -> None:
        self.close_dialogs()
        self.window.commands["back-up"].trigger()
        self.window.commands["backups"].trigger()
        self.settle(1.5)

    def damaged(self) -> None:
        self.close_dialogs()
        self.session.give_up(CatalogDamaged(plain("It is damaged."), self.session.root))
        self.wait(self.window.empty.last.isVisible)

    def without_backup(self) -> None:
        backups = self.session.root / "backups"
        backups.rename(backups.with_name("hidden"))
        self.window.damage.show(CatalogDamaged(plain("It is damaged."), self.session.root))
        self.wait(self.window.empty.last.isHidden)
        backups.with_name("hidden").rename(backups)

    def restored(self) -> None:
        self.window.damage.show(CatalogDamaged(plain("It is damaged."), self.session.root))
        self.wait(self.window.empty.last.isVisible)
        self.window.empty.button.click()
        self.wait(lambda: self.window.library is not None and self.shown(), 20)
        self.settle(1)

    def unplug(self) -> None:
        self.photos.rename(self.photos.with_name("unplugged"))
        self.window.commands["rescan"].trigger()
        self.wait(lambda: not self.window.model.listing.online.any(), 20)

    def plug_in(self) -> None:
        self.photos.with_name("unplugged").rename(self.photos)

    def judge(self, ids: list[int], liked: bool) -> None:
        self.window.clicks.judge(ids, liked)
        browser = self.window.browser
        self.wait(lambda: browser.answer is not None and browser.answer.page == browser.page)

    # --- tools -------------------------------------------------------------------------------

    def ask(self, text: str) -> None:
        """As if typed."""
        self.window.search.focus()
        self.window.search.edit.setText(text)
        self.window.search.edit.textEdited.emit(text)
        self.wait(lambda: self.answered() == text, 30)

    def answered(self) -> str | None:
        """The words of the question that the grid answers."""
        answer = self.window.browser.answer
        return answer.page.text if answer is not None and answer.query is not None else None

    def shown(self) -> int:
        return len(self.window.model.listing)

    def picture(self, name: str) -> None:
        """Grab the window, or the dialog over it, in both themes."""
        for theme in ("light", "dark"):
            self.theme.choose(theme)
            self.settle(0.3)
            widget = self.application.activeModalWidget() or self.dialog() or self.window
            suffix = ".jpg" if self.out == README_PICTURES else ".png"
            file = self.out / f"{name}-{theme}-{self.size.name}{suffix}"
            if self.out == README_PICTURES:
                if (name, theme) not in (("library", "light"), ("clicks", "dark")):
                    continue
                file = self.out / f"{name}.jpg"
            widget.grab().save(str(file), None, 88)  # type: ignore[call-overload]
        self.theme.choose("light")

    def dialog(self) -> object:
        return next((dialog for dialog in self.dialogs() if dialog.isVisible()), None)

    def dialogs(self) -> list[QDialog]:
        window, dialogs = self.window, self.window.dialogs
        made = (dialogs.settings, dialogs.failures, dialogs.shortcuts, window.banners.dialog)
        return [dialog for dialog in (*made, window.backups.dialog) if dialog is not None]

    def close_dialogs(self) -> None:
        for dialog in self.dialogs():
            dialog.close()

    def settle(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end or self.window.thumbnails.waiting:
            self.application.processEvents()
            time.sleep(0.005)

    def wait(self, until: Callable[[], object], seconds: float = 10) -> None:
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end:
                raise TimeoutError("the window did not get there")
            self.application.processEvents()
            time.sleep(0.005)
        self.settle(0.4)


if __name__ == "__main__":
    main(sys.argv[1:])
