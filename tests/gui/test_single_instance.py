"""A second start on the same library hands over to the first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDir
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from photolens.gui import single_instance
from photolens.gui.single_instance import SingleInstance, offer

_OFFER = """
import json, sys
from pathlib import Path
from photolens.gui.single_instance import offer
print(offer(Path(sys.argv[1]), json.loads(sys.argv[2]), int(sys.argv[3])))
"""
_LISTEN = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from photolens.gui.single_instance import SingleInstance
application = QCoreApplication([])
instance = SingleInstance(Path(sys.argv[1]))
instance.asked.connect(lambda folders: print(folders, flush=True))
print(instance.listening, flush=True)
application.exec()
"""


@pytest.fixture
def library_root(tmp_path: Path) -> Path:
    """The folder of a library; a library of its own for every test."""
    folder = tmp_path / "library"
    folder.mkdir()
    return folder


@pytest.fixture
def instance(library_root: Path, qtbot: QtBot) -> Iterator[SingleInstance]:
    """The window's end, in this process."""
    instance = SingleInstance(library_root)
    assert instance.listening
    yield instance
    instance.close()


@pytest.fixture
def other_process(library_root: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that listens and prints what it is asked."""
    command = [sys.executable, "-c", _LISTEN, str(library_root)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    yield process
    process.kill()
    process.communicate()
    QLocalServer.removeServer(single_instance._name(library_root))


def offer_elsewhere(library_root: Path, message: list[str], timeout_ms: int = 3000) -> subprocess.Popen[str]:
    """Offer from another process, without an application object."""
    command = [sys.executable, "-c", _OFFER, str(library_root), json.dumps(message), str(timeout_ms)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def send(qtbot: QtBot, library_root: Path, data: bytes) -> bytes:
    """What a program gets to hear that says `data`, until it is sent away."""
    socket = QLocalSocket()
    socket.connectToServer(single_instance._name(library_root))
    assert socket.waitForConnected(1000)
    socket.write(data)
    qtbot.waitUntil(
        lambda: (
            socket.state() == QLocalSocket.LocalSocketState.UnconnectedState or socket.bytesAvailable() > 0
        )
    )
    heard = bytes(socket.readAll().data())
    socket.abort()
    return heard


def socket_file(library_root: Path) -> Path:
    return Path(QDir.tempPath(), single_instance._name(library_root))


@pytest.mark.parametrize(
    "folders", [[], ["/home/me/Pictures"], ["/a b", "/été/寿司", "/bytes-\udcff", '/quote"\n']]
)
def test_folders_reach_the_window(
    instance: SingleInstance, library_root: Path, folders: list[str], qtbot: QtBot
) -> None:
    with qtbot.waitSignal(instance.asked) as asked:
        process = offer_elsewhere(library_root, folders)
    assert asked.args == [folders]
    assert process.communicate() == ("True\n", "")


def test_what_lets_the_window_come_to_the_front_is_handed_over(
    instance: SingleInstance, library_root: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "of the second start")
    process = offer_elsewhere(library_root, [])
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")
    heard: list[str] = []
    instance.asked.connect(lambda paths: heard.append(os.environ["XDG_ACTIVATION_TOKEN"]))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["of the second start"]
    assert process.communicate()[0] == "True\n"


def test_one_after_the_other_is_heard(instance: SingleInstance, library_root: Path, qtbot: QtBot) -> None:
    heard: list[list[str]] = []
    instance.asked.connect(heard.append)
    processes = [offer_elsewhere(library_root, [f"/{number}"]) for number in range(3)]
    qtbot.waitUntil(lambda: len(heard) == 3)
    assert sorted(heard) == [["/0"], ["/1"], ["/2"]]
    assert [process.communicate()[0] for process in processes] == ["True\n"] * 3


def test_nobody_there_takes_nothing(library_root: Path) -> None:
    assert not offer(library_root, [])


def test_a_window_of_another_library_takes_nothing(instance: SingleInstance, tmp_path: Path) -> None:
    assert not offer(tmp_path / "other", [])


def test_a_window_that_hangs_does_not_hold_up_the_second_start(
    instance: SingleInstance, library_root: Path
) -> None:
    # Nobody runs the event loop of this process.
    process = offer_elsewhere(library_root, [], timeout_ms=100)
    assert process.communicate(timeout=10) == ("False\n", "")


def test_too_many_folders_are_not_taken(instance: SingleInstance, library_root: Path) -> None:
    assert not offer(library_root, ["/" + "a" * 70_000])


def test_another_process_takes_folders(other_process: subprocess.Popen[str], library_root: Path) -> None:
    assert offer(library_root, ["/one", "/two"], timeout_ms=3000)
    assert other_process.stdout is not None
    assert other_process.stdout.readline() == "['/one', '/two']\n"


def test_the_path_may_be_spelt_otherwise(
    other_process: subprocess.Popen[str], library_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = library_root.parent / "link"
    link.symlink_to(library_root)
    monkeypatch.chdir(library_root)
    for spelling in (link, Path("."), library_root / ".." / "library"):
        assert offer(spelling, [], timeout_ms=3000)


def test_the_second_to_listen_leaves_the_first_alone(
    other_process: subprocess.Popen[str], library_root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    second = SingleInstance(library_root)
    assert not second.listening
    assert "another window listens" in caplog.text
    second.close()
    assert offer(library_root, ["/still here"], timeout_ms=3000)


def test_what_a_killed_process_left_is_cleared_away(
    other_process: subprocess.Popen[str], library_root: Path, qtbot: QtBot
) -> None:
    other_process.kill()
    other_process.wait()
    if sys.platform != "win32":
        assert socket_file(library_root).exists()
    assert not offer(library_root, [])
    instance = SingleInstance(library_root)
    with qtbot.waitSignal(instance.asked):
        process = offer_elsewhere(library_root, [])
    assert process.communicate() == ("True\n", "")
    instance.close()


@pytest.mark.parametrize(
    "garbage",
    [
        b"\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b'{"a": 1}\n',
        b"[]\n",
        b'{"paths": ["/home"], "activation": 1}\n',
        b'{"paths": "/home"}\n',
        b'{"paths": [1, 2]}\n',
        b'{"paths": ["/home", null]}\n',
        b'{"paths": [["/home"]]}\n',
        b'{"paths": ["/zero\\u0000"]}\n',
        b'{"paths": ["/half \\ud800"]}\n',
        b"\xff\xfe\x00\n",
        b"[" * 60_000 + b"\n",
        b"[" + b"9" * 60_000 + b"]\n",
        b'{"paths": ["' + b"a" * 70_000 + b'"]}\n',
        b"a" * 200_000,
    ],
    ids=range(16),
)
def test_anything_else_is_ignored(
    instance: SingleInstance, library_root: Path, garbage: bytes, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(instance.asked):
        assert send(qtbot, library_root, garbage) == b""
    assert instance.listening


def test_whoever_says_nothing_is_sent_away(
    instance: SingleInstance, library_root: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(single_instance, "_PATIENCE_MS", 50)
    for begun in (b"", b'{"paths": ["/half a li'):
        assert send(qtbot, library_root, begun) == b""


def test_a_line_may_come_in_pieces(instance: SingleInstance, library_root: Path, qtbot: QtBot) -> None:
    socket = QLocalSocket()
    socket.connectToServer(single_instance._name(library_root))
    with qtbot.waitSignal(instance.asked) as asked:
        for piece in (b'{"paths": ["/ho', b'me"', b"]}\n"):
            socket.write(piece)
            qtbot.wait(20)
    assert asked.args == [["/home"]]
    socket.abort()


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe there is no file")
def test_only_the_user_may_connect(instance: SingleInstance, library_root: Path) -> None:
    assert socket_file(library_root).stat().st_mode & 0o077 == 0


def test_closed_it_leaves_nothing(library_root: Path, qtbot: QtBot) -> None:
    instance = SingleInstance(library_root)
    waiting = QLocalSocket()
    waiting.connectToServer(single_instance._name(library_root))
    qtbot.wait(20)
    instance.close()
    instance.close()
    qtbot.waitUntil(lambda: waiting.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert not instance.listening
    assert not socket_file(library_root).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes have one place")
def test_the_socket_lies_where_only_the_user_can_make_files(
    library_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    instance = SingleInstance(library_root)
    assert [file.name for file in tmp_path.iterdir() if file.is_socket()]
    instance.close()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "gone"))
    assert os.sep not in single_instance._name(library_root)
