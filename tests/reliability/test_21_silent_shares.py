"""A network share tells of nothing: a new file there is found within the interval."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from photolens.catalog import Catalog
from photolens.domain import Event, Folder, FolderId, Notice
from photolens.ingest import ScanRules
from photolens.ingest.control import Control
from photolens.ingest.file_systems import is_silent, is_silent_among
from photolens.ingest.folder_keeper import FolderKeeper
from photolens.ingest.follower import Follower
from photolens.ingest.progress import Progress
from photolens.ingest.watcher import Watcher
from tests.photos import make_photos
from tests.reliability.fuse_share import CannotMount, shared
from tests.reliability.watching import Watching

POLL_SECONDS = 0.4

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:20 / /proc rw - proc proc rw
30 22 0:40 / /mnt/nas rw,relatime - nfs4 nas:/photos rw,vers=4.2
31 22 0:41 / /mnt/my\\040share rw - cifs //nas/photos rw
32 22 0:42 / /home/me/cloud rw - fuse.rclone drive: rw
33 22 8:17 / /media/stick rw - fuseblk /dev/sdb1 rw
34 22 0:43 / /sys/fs/fuse/connections rw - fusectl fusectl rw
35 22 0:44 / /net rw - autofs /etc/auto.net rw
36 35 0:45 / /net/old rw - nfs old:/ rw
37 36 8:33 / /net/old rw master:1 propagate_from:2 - ext4 /dev/sdc1 rw
38 22 0:46 / /mnt/c rw - 9p drvfs rw
39 38 0:47 / /mnt/c/disk rw - tmpfs tmpfs rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "silent"),
    [
        ("/home/me/Pictures", False),
        ("/mnt/nas", True),
        ("/mnt/nas/2019/Norway", True),
        ("/mnt/nas2", False),
        ("/mnt/my share/a", True),
        ("/home/me/cloud/photos", True),
        ("/media/stick", False),
        ("/net", False),
        ("/net/old", False),  # what is mounted over it counts
        ("/mnt/c/photos", True),
        ("/mnt/c/disk", False),
        ("/home/me", True),  # as the cloud lies in it
        ("/", True),
    ],
)
def test_network_drives_are_known_by_their_file_system(path: str, silent: bool) -> None:
    assert is_silent_among(MOUNTS, path) is silent


def test_the_disk_of_this_machine_tells(tmp_path: Path) -> None:
    assert not is_silent(str(tmp_path))
    assert not is_silent(str(tmp_path / "not there"))


def test_photos_that_another_computer_puts_on_a_share_are_found(tmp_path: Path) -> None:
    disk = make_photos(tmp_path / "disk of the other", 2)[0].parent
    try:
        with (
            shared(disk, tmp_path / "share") as share,
            Watching(tmp_path / "catalog", share, poll_seconds=0.5) as watching,
        ):
            assert is_silent(str(share))
            make_photos(disk / "new", 1, first=20)
            watching.eventually(lambda known: str(share / "new" / "photo_20.jpg") in known.paths)
            watching.eventually(lambda known: known.idle)
            (notice,) = watching.known.notices
            assert "network drive" in notice and str(share) in notice
    except CannotMount as error:
        pytest.skip(str(error))


class Share:
    """A root that is followed as one of which the system tells nothing, if `silent`."""

    def __init__(self, tmp_path: Path, silent: bool) -> None:
        self.root = tmp_path / "share"
        make_photos(self.root / "2019", 3)
        self.events: list[Event] = []
        self.catalog = Catalog.writer(tmp_path / "catalog.db")
        rules = ScanRules(frozenset(), 3600.0, POLL_SECONDS, lambda path: silent)
        self.keeper = FolderKeeper(
            self.catalog, rules, Control(), Progress(), self.events.append, lambda: None
        )
        self.keeper.add(str(self.root))
        self.keeper.watch(lambda: None)
        self.keeper.tick()

    def stop_telling(self) -> None:
        """From now on the system tells of nothing here, as of what another computer does on its disk."""
        assert self.keeper._follower is not None
        self.keeper._follower.watcher.stop()

    def found_within(self, name: str, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.keeper.tick()
            if any(os.path.basename(file.path) == name for file in self.catalog.files.pending(100)):
                return True
            time.sleep(0.02)
        return False

    def close(self) -> None:
        self.keeper.close()
        self.catalog.close()


@pytest.fixture
def share(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Share]:
    share = Share(tmp_path, request.param)
    yield share
    share.close()


@pytest.mark.parametrize("share", [True], indirect=True)
def test_a_new_file_on_a_share_is_found_within_the_interval(share: Share) -> None:
    share.stop_telling()
    for number in range(3):
        make_photos(share.root / f"from elsewhere {number}", 1, first=20 + number)
        assert share.found_within(f"photo_{20 + number}.jpg", POLL_SECONDS + 2.0)
    texts = [event.text for event in share.events if isinstance(event, Notice)]
    assert len(texts) == 1 and "network drive" in texts[0] and str(share.root) in texts[0]


@pytest.mark.parametrize("share", [False], indirect=True)
def test_a_disk_that_tells_is_not_read_again_and_again(share: Share) -> None:
    share.stop_telling()
    make_photos(share.root / "unheard", 1, first=20)
    assert not share.found_within("photo_20.jpg", POLL_SECONDS + 1.0)
    assert not [event for event in share.events if isinstance(event, Notice)]


def test_the_larger_the_share_the_rarer_the_looks(tmp_path: Path) -> None:
    share, disk = Folder(FolderId(1), str(tmp_path), True), Folder(FolderId(2), str(tmp_path), True)
    heard: list[Event] = []
    silent = Follower(Watcher(), heard.append, silent=lambda path: True)
    telling = Follower(Watcher(), heard.append, silent=lambda path: False)
    try:
        silent.follow(share)
        telling.follow(disk)
        assert silent.rest(share.id, 1800.0, took=0.5) == 30.0
        assert silent.rest(share.id, 1800.0, took=20.0) == 400.0
        assert silent.rest(share.id, 1800.0, took=600.0) == 1800.0  # what the user asked for
        assert silent.rest(share.id, 60.0, took=600.0) == 600.0  # never more than half of the time
        assert telling.rest(disk.id, 1800.0, took=0.5) == 1800.0
        silent.follow(share)
        assert len(heard) == 1
    finally:
        silent.watcher.stop()
        telling.watcher.stop()
