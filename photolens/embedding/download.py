"""Getting one large file over an unreliable network. Called only when the user asked for a download.

What has arrived lies in the target file itself, so a later call goes on from there; beside it a small JSON
says what it is a part of. A server that does not know ranges, or has another file by now, begins anew.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import selectors
import shutil
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO, Any, NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request

from photolens.embedding.network import Network, Redirects, number, opener, retry_after, said, strong
from photolens.errors import DownloadCancelled, ModelError
from photolens.messages import Message, Size, message, system

log = logging.getLogger(__name__)

_CHUNK = 1 << 18
_LOOK_SECONDS = 0.1  # how long a cancel may wait for a silent server
_FIRST_TRIES = 2  # waits while nothing has ever arrived: more likely there is no network
_PASSING = (408, 425, 429, 500, 502, 503, 504)

Report = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to download. Size and SHA-256 where they are known; else what the hub says of it is believed."""

    url: str
    size: int | None = None
    sha256: str | None = None


def download(
    wanted: Wanted,
    target: Path,
    network: Network,
    report: Report = lambda done, total: None,
    cancel: threading.Event | None = None,
    room: Callable[[int], int] = lambda size: 0,
) -> str:
    """Download into `target`, whose folder is there, and return the SHA-256 of what arrived.

    A second call finds it whole; `discard` ends that.

    `report` gets the bytes there are, and all (None: not known). `room` says how many bytes must be free
    besides a file of that size. Raises DownloadCancelled within moments after `cancel` is set, else
    ModelError with a sentence.
    """
    return _Download(wanted, target, network, report, cancel or threading.Event(), room).run()


class _TryAgain(Exception):
    """Something that may pass: a connection cut, a server too busy."""

    def __init__(self, reason: Message, after: float = 0.0) -> None:
        super().__init__(reason)
        self.after = after


class _Download:
    def __init__(
        self,
        wanted: Wanted,
        target: Path,
        network: Network,
        report: Report,
        cancel: threading.Event,
        room: Callable[[int], int],
    ) -> None:
        self._wanted, self._target, self._network = wanted, target, network
        self._report, self._cancel, self._room = report, cancel, room
        self._redirects = Redirects()
        self._opener = opener(network.proxy, self._redirects)
        self._host = urlsplit(wanted.url).hostname or wanted.url
        self._note = _Note.of(target)
        self._begun_anew = False

    def run(self) -> str:
        waits = list(self._network.waits[:_FIRST_TRIES])
        while True:
            before = self._have()
            try:
                self._once()
                return self._checked()
            except _TryAgain as trouble:
                if self._have() > before:
                    waits = list(self._network.waits)
                if not waits:
                    raise ModelError(
                        message(
                            "The download from {host} broke off: {trouble}. Check the connection and try "
                            "again; it goes on where it stopped.",
                            host=self._host,
                            trouble=trouble,
                        )
                    ) from trouble
                log.info("the download broke off (%s), trying again", trouble)
                self._pause(max(waits.pop(0), trouble.after))

    # --- one try -----------------------------------------------------------------------------

    def _once(self) -> None:
        """Get what is missing. Raises _TryAgain, ModelError."""
        have = self._have()
        note = self._note.read()
        if have and not self._may_resume(note):
            have = self._drop()
        if have and have == (self._wanted.size or note.get("size")):
            return
        with self._opened(self._request(have, note)) as response:
            total = self._total(response, have)
            if have and not self._fits(response, have, total, note):
                if response.status == 206:
                    self._drop()
                    raise _TryAgain(message("the file has changed"))
                have = 0
            self._note.write(
                url=self._wanted.url,
                etag=strong(response.headers.get("ETag")),
                size=total,
                sha256=self._redirects.sha256,
            )
            self._check_room(total, have)
            self._receive(response, have, total)

    def _may_resume(self, note: dict[str, Any]) -> bool:
        """Whether a wrong end would be noticed: by its entity tag now, or by its checksum in the end."""
        known = self._wanted.sha256 or note.get("sha256") or note.get("etag")
        return bool(note.get("url") == self._wanted.url and known)

    def _request(self, have: int, note: dict[str, Any]) -> Request:
        headers = {"User-Agent": "PhotoLens", "Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
            if note.get("etag"):
                headers["If-Range"] = str(note["etag"])
        return Request(self._wanted.url, headers=headers)

    def _opened(self, request: Request) -> HTTPResponse:
        if self._cancel.is_set():
            raise DownloadCancelled(message("The download was stopped."))
        try:
            response = self._opener.open(request, timeout=self._network.silence_seconds)
        except HTTPError as error:
            with error:
                self._refused(error)
        except URLError as error:
            self._unreachable(error.reason)
        except (OSError, HTTPException) as error:
            raise _TryAgain(said(error)) from error
        self._redirects.note(response.headers)
        theirs = self._redirects.sha256
        if theirs and self._wanted.sha256 and theirs != self._wanted.sha256:
            response.close()
            raise ModelError(
                message(
                    "{host} has another file than PhotoLens expects, so nothing was downloaded. Look for "
                    "a newer PhotoLens, or clear the setting `mirror`.",
                    host=self._host,
                )
            )
        return response  # type: ignore[no-any-return]

    def _refused(self, error: HTTPError) -> NoReturn:
        """What to make of an answer that is no file."""
        if error.code == 416:  # it is complete, or was of another file
            self._drop()
            raise _TryAgain(message("the file has changed"))
        if error.code in _PASSING:
            raise _TryAgain(
                message("{host} is busy ({code})", host=self._host, code=str(error.code)), retry_after(error)
            )
        if error.code in (404, 410):
            raise ModelError(
                message(
                    "{host} does not have the file {url}. Look for a newer PhotoLens, or get the model "
                    "elsewhere and import it.",
                    host=self._host,
                    url=self._wanted.url,
                )
            )
        if error.code == 407:
            raise ModelError(
                message("The proxy wants a name and a password: give it as http://name:password@host:port.")
            )
        raise ModelError(
            message(
                "{host} refuses the download ({code} {reason}). Try again later, or get the model "
                "elsewhere and import it.",
                host=self._host,
                code=str(error.code),
                reason=error.reason,
            )
        )

    def _unreachable(self, reason: object) -> NoReturn:
        if isinstance(reason, ssl.SSLCertVerificationError):
            raise ModelError(
                message(
                    "{host} cannot prove who it is ({reason}), so nothing was downloaded. Check "
                    "this computer's date, and the settings `proxy` and `mirror`.",
                    host=self._host,
                    reason=reason.verify_message,
                )
            )
        raise _TryAgain(said(reason))

    def _total(self, response: HTTPResponse, have: int) -> int | None:
        """The size of the whole file, as far as anybody says it. Raises ModelError when it is not the
        expected.
        """
        total = None
        if response.status == 206:
            total = number(response.headers.get("Content-Range", "").rpartition("/")[2])
        elif length := response.headers.get("Content-Length"):
            total = number(length)
        total = self._redirects.size if total is None else total
        if total is not None and self._wanted.size is not None and total != self._wanted.size:
            raise ModelError(
                message(
                    "{host} offers {total} instead of {size}: this is not the model. Check the settings "
                    "`mirror` and `proxy`, and whether the network wants you to log in first.",
                    host=self._host,
                    total=Size(total),
                    size=Size(self._wanted.size),
                )
            )
        return total if self._wanted.size is None else self._wanted.size

    def _fits(self, response: HTTPResponse, have: int, total: int | None, note: dict[str, Any]) -> bool:
        """Whether what comes continues what is there."""
        if response.status != 206:
            return False
        begins = response.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
        etag = strong(response.headers.get("ETag"))
        changed = note.get("etag") and etag and etag != note["etag"]
        return number(begins) == have and not changed and note.get("size") in (None, total)

    def _receive(self, response: HTTPResponse, have: int, total: int | None) -> None:
        try:
            with self._target.open("ab" if have else "wb") as file:
                self._copy(response, file, have, total)
        except OSError as error:
            raise unwritable(self._target, error) from error

    def _copy(self, response: HTTPResponse, file: IO[bytes], have: int, total: int | None) -> None:
        self._report(have, total)
        while total is None or have < total:
            data = self._read(response)
            if not data and total is None:
                return
            if not data:
                raise _TryAgain(message("the connection was cut"))
            if total is not None and have + len(data) > total:
                raise ModelError(message("{host} sends more than it said. Try again later.", host=self._host))
            file.write(data)
            have += len(data)
            self._report(have, total)

    def _read(self, response: HTTPResponse) -> bytes:
        """Some bytes; none at the end. Looks at `cancel` all the while that nothing comes."""
        if response.isclosed():
            return b""
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(response, selectors.EVENT_READ)
                end = time.monotonic() + self._network.silence_seconds
                while not selector.select(_LOOK_SECONDS) and time.monotonic() < end:
                    if self._cancel.is_set():
                        break
            if self._cancel.is_set():
                raise DownloadCancelled(message("The download was stopped. The next one goes on from here."))
            return response.read1(_CHUNK)
        except (OSError, ValueError, HTTPException) as error:
            raise _TryAgain(said(error)) from error

    # --- around it ---------------------------------------------------------------------------

    def _checked(self) -> str:
        """The SHA-256, if it is the right one; else what arrived is thrown away, and got once more."""
        try:
            with self._target.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ModelError(
                message("{file} cannot be read: {reason}.", file=self._target, reason=system(error))
            ) from error
        expected = self._wanted.sha256 or self._note.read().get("sha256")
        if expected and digest != expected:
            self._drop()
            if not self._begun_anew:
                self._begun_anew = True
                raise _TryAgain(message("what arrived was damaged on the way"))
            raise ModelError(
                message(
                    "What {host} sent is not the model: its checksum is wrong, twice. It was thrown "
                    "away. Try again later, or check the settings `mirror` and `proxy`.",
                    host=self._host,
                )
            )
        self._note.write(url=self._wanted.url, etag=None, size=self._have(), sha256=digest)
        return digest

    def _check_room(self, total: int | None, have: int) -> None:
        if total is None:
            return
        needed, folder = total - have + self._room(total), self._target.parent
        free = shutil.disk_usage(folder).free
        if free < needed:
            raise ModelError(
                message(
                    "There is no room for the model in {folder}: {needed} are needed for the download, "
                    "{free} are free. Make room and try again.",
                    folder=folder,
                    needed=Size(needed),
                    free=Size(free),
                )
            )

    def _have(self) -> int:
        try:
            return self._target.stat().st_size
        except OSError:
            return 0

    def _drop(self) -> int:
        discard(self._target)
        return 0

    def _pause(self, seconds: float) -> None:
        if self._cancel.wait(seconds):
            raise DownloadCancelled(message("The download was stopped. The next one goes on from here."))


def discard(target: Path) -> None:
    """Throw away what was downloaded into `target`, and what was noted of it."""
    _Note.of(target).remove()
    with suppress(OSError):
        target.unlink(missing_ok=True)


class _Note:
    """What the bytes on disk are a part of, in a small JSON. A damaged one is none."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @classmethod
    def of(cls, target: Path) -> _Note:
        return cls(target.with_name(f"{target.name}.json"))

    def read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._file.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def write(self, **facts: object) -> None:
        with suppress(OSError):  # then a later try begins anew
            self._file.write_text(json.dumps(facts), encoding="utf-8")

    def remove(self) -> None:
        with suppress(OSError):
            self._file.unlink(missing_ok=True)


def unwritable(file: Path, error: OSError) -> ModelError:
    """What to say when a file of a model cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ModelError(
            message("There is no room left in {folder}. Make room and try again.", folder=file.parent)
        )
    return ModelError(message("{file} cannot be written: {reason}.", file=file, reason=system(error)))
