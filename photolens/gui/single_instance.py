"""One window per library: a second start hands its folders to the first and ends.

The two talk over a local socket: one line of JSON with the paths, and with what allows the window to come to
the front where desktops ask for that; answered by one line.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import logging
import os
import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)

_TAKEN = b"taken\n"
_MAX_BYTES = 64 * 1024
# Whoever connects and does not say a whole line in this time is sent away.
_PATIENCE_MS = 2000
_PROBE_MS = 200
# Given by the desktop to the program that was started; Qt asks the environment for it.
_ACTIVATION = "XDG_ACTIVATION_TOKEN"


def offer(library_root: Path, message: list[str], timeout_ms: int = 500) -> bool:
    """Hand folder paths (none: only come to the front) to the window that has this library open.

    True when it took them. False when there is none, it does not answer in time, or they are too many.
    Needs no event loop.
    """
    said = {"paths": message, "activation": os.environ.get(_ACTIVATION, "")}
    line = json.dumps(said).encode("ascii") + b"\n"
    if len(line) > _MAX_BYTES:
        return False
    deadline = time.monotonic() + timeout_ms / 1000
    socket = QLocalSocket()
    socket.connectToServer(_name(library_root))
    try:
        if not socket.waitForConnected(_left(deadline)):
            return False
        socket.write(line)
        while socket.bytesAvailable() < len(_TAKEN):
            if not socket.waitForReadyRead(_left(deadline)):
                return False
        return bytes(socket.readAll().data()) == _TAKEN
    finally:
        socket.abort()


class SingleInstance(QObject):
    """Listens for what later starts on the same library hand over.

    To be made by the process that holds the library's lock, so that no two begin to listen at once.
    """

    # list[str]: folders to add; empty means come to the front. Signal(list) would lose undecodable bytes.
    asked = Signal(object)

    def __init__(self, library_root: Path, parent: QObject | None = None) -> None:
        """Listen from now on. When that is impossible, a second start just finds nobody."""
        super().__init__(parent)
        self._open: dict[QLocalSocket, float] = {}  # and since when
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        self._listen(_name(library_root))

    @property
    def listening(self) -> bool:
        return self._server.isListening()

    def close(self) -> None:
        """Listen no more; later starts find nobody. May be called twice."""
        self._server.close()
        for socket in list(self._open):
            socket.abort()

    def _listen(self, name: str) -> None:
        # Asked first, since the socket of a living process would be replaced without an error.
        if _answers(name):
            log.warning("another window listens for later starts already")
            return
        QLocalServer.removeServer(name)  # left behind by a process that was killed
        if not self._server.listen(name):
            log.warning("later starts will not find this window: %s", self._server.errorString())

    # No slot holds a socket: PySide crashes when the socket is deleted and takes the slot along.

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            self._open[socket] = time.monotonic()
            socket.disconnected.connect(self._forget)
            socket.readyRead.connect(self._read)
            QTimer.singleShot(_PATIENCE_MS, self, self._send_away)
        self._read()

    def _read(self) -> None:
        """Take every line that is whole. Whoever says anything else is sent away unanswered."""
        taken = []
        for socket in list(self._open):
            if not socket.canReadLine() and socket.bytesAvailable() <= _MAX_BYTES:
                continue
            message = _parsed(bytes(socket.readLine(_MAX_BYTES + 1).data()))
            if message is None:
                log.warning("what another program sent is not what a later start says")
                socket.abort()
                continue
            socket.write(_TAKEN)
            socket.flush()  # the other side hangs up
            taken.append(message)
        for paths, activation in taken:  # last: those who listen may take their time and run an event loop
            if activation:
                os.environ[_ACTIVATION] = activation
            self.asked.emit(paths)

    def _send_away(self) -> None:
        """End the connections that are still open after the time they had."""
        latest = time.monotonic() - _PATIENCE_MS / 2000  # half of it, since timers are not exact
        for socket, since in list(self._open.items()):
            if since < latest:
                socket.abort()

    def _forget(self) -> None:
        """Drop the connections that have ended."""
        for socket in list(self._open):
            if socket.state() == QLocalSocket.LocalSocketState.UnconnectedState:
                del self._open[socket]
                socket.deleteLater()


def _parsed(line: bytes) -> tuple[list[str], str] | None:
    """The paths that the line holds, and what allows to come to the front; None if it is another line."""
    try:
        message = json.loads(line)
        if not line.endswith(b"\n") or not isinstance(message, dict):
            return None
        paths, activation = message.get("paths"), message.get("activation", "")
        if not isinstance(paths, list) or not isinstance(activation, str):
            return None
        if any(not isinstance(text, str) or b"\0" in os.fsencode(text) for text in [*paths, activation]):
            return None
    except (ValueError, RecursionError):
        return None
    return paths, activation


def _name(library_root: Path) -> str:
    """Where the window of this user and library listens, the same for every spelling of its path."""
    user = str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()
    library = os.path.normcase(library_root.expanduser().resolve())
    digest = hashlib.sha256(os.fsencode(f"{user}\n{library}")).hexdigest()[:16]
    name = f"photolens-{digest}"
    # Where nobody else can take the name before us; else Qt chooses.
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return f"{runtime}/{name}" if os.access(runtime, os.W_OK) else name


def _answers(name: str) -> bool:
    socket = QLocalSocket()
    socket.connectToServer(name)
    answers = socket.waitForConnected(_PROBE_MS)
    socket.abort()
    return answers


def _left(deadline: float) -> int:
    """Milliseconds until then."""
    return max(0, int(1000 * (deadline - time.monotonic())))
