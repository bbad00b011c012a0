"""What the command line prints: exact for programs, readable for people, and never a crash over a name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from photolens.domain import (
    FailedFile,
    Folder,
    FolderState,
    Hit,
    IngestFinished,
    Metadata,
    Notice,
    Photo,
    PhotosAdded,
)
from photolens.errors import FailureKind
from photolens.library.status import IndexState, Status
from photolens.terminal import Reporter, print_failures, print_hits, print_status

Bytes = pytest.CaptureFixture[bytes]
Text = pytest.CaptureFixture[str]

ODD = os.fsdecode(b"/pictures/caf\xe9\xff/new\nline \x1b[31m.jpg")


def photo(number: int, path: str, *, taken_at: datetime | None = None, online: bool = True) -> Photo:
    return Photo(
        id=number,
        path=path,
        folder=os.path.dirname(path),
        online=online,
        content_hash=b"%d" % number,
        size_bytes=10,
        width=3,
        height=2,
        format="jpeg",
        mean_color=0,
        metadata=Metadata(taken_at=taken_at),
        modified_at=datetime(2001, 2, 3, 4, 5),
    )


PHOTOS = [
    photo(11, "/pictures/a b.jpg", taken_at=datetime(2019, 7, 14, 18, 30)),
    photo(12, "/pictures/写真 🏖.jpg", online=False),
    photo(13, ODD),
]
HITS = [Hit(1, 13, 3.14159), Hit(2, 11, -0.5), Hit(3, 12, 0.0, matched_name=True)]


# --- hits -----------------------------------------------------------------------------------


def test_paths_are_printed_byte_for_byte(capsysbinary: Bytes) -> None:
    print_hits(HITS, PHOTOS, "paths")
    assert capsysbinary.readouterr().out == b"".join(
        os.fsencode(path) + b"\n" for path in (ODD, "/pictures/a b.jpg", "/pictures/写真 🏖.jpg")
    )


_THROUGH_A_PIPE = """
from datetime import datetime
from photolens.domain import Hit, Metadata, Photo
from photolens.terminal import print_hits
photo = Photo(1, "/a.jpg", "/", True, b"", 1, 1, 1, "jpeg", 0, Metadata(), datetime(2020, 1, 1))
print("before")
print_hits([Hit(1, 1, 1.0)], [photo], "paths")
print("after")
"""


def test_paths_and_other_lines_stay_in_order() -> None:
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [sys.executable, "-c", _THROUGH_A_PIPE]
    done = subprocess.run(command, capture_output=True, check=True, env=buffered)
    assert done.stdout.splitlines() == [b"before", b"/a.jpg", b"after"]


def test_json_is_one_object_per_line_and_gives_the_path_back(capsysbinary: Bytes) -> None:
    print_hits(HITS, PHOTOS, "json")
    lines = [json.loads(line) for line in capsysbinary.readouterr().out.decode("ascii").splitlines()]
    assert [line["path"] for line in lines] == [ODD, "/pictures/a b.jpg", "/pictures/写真 🏖.jpg"]
    assert lines[1] == {
        "rank": 2,
        "score": -0.5,
        "photo_id": 11,
        "path": "/pictures/a b.jpg",
        "taken_at": "2019-07-14T18:30:00",
        "folder": "/pictures",
        "matched_name": False,
        "shelf": None,
    }
    assert [line["score"] for line in lines] == [3.1416, -0.5, 0.0]
    assert [line["taken_at"] is None for line in lines] == [True, False, True]
    assert [line["matched_name"] for line in lines] == [False, False, True]


def test_the_table_has_one_line_per_hit_whatever_the_name(capsysbinary: Bytes) -> None:
    print_hits(HITS, PHOTOS, "table")
    lines = capsysbinary.readouterr().out.decode("utf-8").split("\n")
    assert [line.split() for line in lines] == [
        ["1", "+3.1", "~2001-02-03", r"/pictures/caf\udce9\udcff/new\nline", r"\x1b[31m.jpg"],
        ["2", "-0.5", "2019-07-14", "/pictures/a", "b.jpg"],
        ["3", "name", "~2001-02-03", "/pictures/写真", "🏖.jpg", "(offline)"],
        [],
    ]


@pytest.mark.parametrize("style", ["json", "paths", "table"])
def test_a_hit_whose_photo_has_gone_meanwhile_is_left_out(capsysbinary: Bytes, style: str) -> None:
    print_hits([Hit(1, 99, 1.0), Hit(2, 11, 0.5)], PHOTOS, style)
    out = capsysbinary.readouterr().out
    assert out.count(b"\n") == 1
    assert b"a b.jpg" in out
    print_hits([], PHOTOS, style)
    assert capsysbinary.readouterr().out == b""


# --- failures and status --------------------------------------------------------------------

FAILED = [
    FailedFile(ODD, FailureKind.DAMAGED, "The file ends early.", 2, datetime(2020, 1, 1, tzinfo=UTC)),
    FailedFile("/pictures/b.jpg", FailureKind.NOT_AN_IMAGE, "No picture.", 1, datetime(2020, 1, 1)),
]


def test_failures_have_their_reason_below_them(capsys: Text) -> None:
    print_failures(FAILED, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        r"/pictures/caf\udce9\udcff/new\nline \x1b[31m.jpg",
        "    The file ends early.",
        "/pictures/b.jpg",
        "    No picture.",
    ]


def test_failures_as_json_give_the_path_back(capsys: Text) -> None:
    print_failures(FAILED, as_json=True)
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["path"], first["kind"], first["tries"]) == (ODD, "damaged", 2)
    assert second["reason"] == "No picture."


def status(**changes: object) -> Status:
    values: dict[str, object] = {
        "library": "/library",
        "folders": (Folder(1, "/pictures", True, 1234), Folder(2, os.fsdecode(b"/drive\xff"), False, 5)),
        "photos": 1239,
        "copies": 1300,
        "files": 1342,
        "failed": 0,
        "pending": 0,
        "offline": 5,
        "missing": 0,
        "embedded": 1239,
        "model": "photolens-mini",
        "dimension": 256,
        "catalog_bytes": 2_500_000,
        "on_battery": False,
        "index_state": IndexState.READY,
    }
    return Status(**(values | changes))  # type: ignore[arg-type]


def test_the_status_names_what_is_offline_waiting_and_failed(capsys: Text) -> None:
    print_status(status(), as_json=False)
    calm = capsys.readouterr().out
    assert "1,239 in 1,300 files" in calm
    assert "/pictures (1,234 photos)" in calm
    assert r"/drive\udcff (5 photos, offline)" in calm
    assert "photolens status --failed" not in calm
    print_status(status(failed=7, pending=42, dimension=None), as_json=False)
    busy = capsys.readouterr().out
    assert "7, see `photolens status --failed --library /library`" in busy
    assert "42 files still to be read\n" in busy
    print_status(status(pending=42, pending_offline=40), as_json=False)
    assert "42 files still to be read, 40 of them in folders that are offline" in capsys.readouterr().out
    assert "not used yet" in busy


def test_the_status_as_json_has_every_number(capsys: Text) -> None:
    print_status(status(pending=3), as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert (found["photos"], found["pending"], found["offline"], found["dimension"]) == (1239, 3, 5, 256)
    assert found["index_state"] == "ready"
    assert found["folders"][1] == {
        "path": os.fsdecode(b"/drive\xff"),
        "online": False,
        "photos": 5,
        "gone": 0,
    }


# --- notes ----------------------------------------------------------------------------------


def test_notes_go_to_stderr_one_line_each_and_are_taken_literally(capsys: Text) -> None:
    reporter = Reporter()
    reporter(Notice("[red]not markup[/red] " + "long " * 60 + ODD))
    reporter(FolderState("/drive", False))
    reporter(FolderState("/drive", True))
    reporter(PhotosAdded((1,)))
    said = capsys.readouterr()
    assert said.out == ""
    lines = said.err.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("[red]not markup[/red] long ")
    assert lines[0].endswith(r"caf\udce9\udcff/new\nline \x1b[31m.jpg")
    assert "offline" in lines[1]
    assert "back" in lines[2]


def test_finished_runs_are_kept_for_the_summary() -> None:
    reporter, run = Reporter(), IngestFinished(1, 0, 0, 0, 1)
    reporter(run)
    assert reporter.finished == [run]


# --- notes ---------------------------------------------------------------------------------


def test_notes_show_paths_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    Reporter().note("/pictures/:heart:/[bold]x")
    assert "/pictures/:heart:/[bold]x" in capsys.readouterr().err
