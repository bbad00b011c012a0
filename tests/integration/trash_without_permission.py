"""Run as a program: what may not be moved stays, with the reason. Root acts as another user."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.integration.without_permission import library_of_nobody


def trash_all(folder: Path) -> None:
    locked, closed = folder / "locked.jpg", folder / "closed"
    with library_of_nobody(folder, folder / "free.jpg") as library:
        assert library.status().embedded == 3  # as whoever runs this has read them before
        locked.chmod(0o444)
        closed.chmod(0o555)
        report = library.trash(library.photo_ids().tolist())
        assert [file.path for file in report.trashed] == [str(folder / "free.jpg")], report
        assert {path for path, _ in report.failed} == {str(locked), str(closed / "kept.jpg")}
        assert all(reason.startswith("No permission to move the file") for _, reason in report.failed)
        assert locked.exists() and (closed / "kept.jpg").exists()
        library.wait_idle()
        assert library.status().photos == 2
        # A note in the trash about a file that is not there would show up as a broken entry.
        trash = Path.home() / ".local" / "share" / "Trash"
        assert [info.name for info in (trash / "info").iterdir()] == ["free.jpg.trashinfo"]
        folder.chmod(0o555)
        back = library.restore(report)
        assert back.restored == ()
        assert [reason.partition(":")[0] for _, reason in back.failed] == [
            "No permission to write to its folder; the photo is still in the trash."
        ]
        folder.chmod(0o755)
        assert library.restore(report).restored == (str(folder / "free.jpg"),)
        closed.chmod(0o755)


if __name__ == "__main__":
    trash_all(Path(sys.argv[1]))
