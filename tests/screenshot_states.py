"""States of the window over photos: searches, a photo large, drives that come and go, files gone, damage."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime

from photolens.domain import FailedFile, Filters, IngestTrouble
from photolens.errors import CatalogDamaged, DecoderDied
from photolens.messages import message, plain
from tests.studio import Studio

_TEXT, _MORE_TEXT = "a street in a city", "at sunset -people"


class PhotoStates(Studio):
    """Each of the states follows on the one before."""

    def photo_states(self) -> dict[str, Callable[[], None]]:
        return {
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
        }

    def trouble_states(self) -> dict[str, Callable[[], None]]:
        return {
            "failures": self.failures,
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

    def waiting(self) -> None:
        """A folder that was just added, with reading paused: its photos are there."""
        self.wait(lambda: self.session.library is not None)
        self.window.commands["pause"].trigger()
        self.session.add_folders([str(self.photos)])
        self.wait(lambda: self.shown() > 0)
        self.window.grid.select_row(1)
        self.settle(2)

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

    def offline(self) -> None:
        self.close_dialogs()
        self.window.commands["all-photos"].trigger()
        self.wait(lambda: self.answered() is None)
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
