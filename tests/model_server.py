"""A server of models on this machine, which can be as unreliable as any, and a tiny model to get from it."""

from __future__ import annotations

import hashlib
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from safetensors.numpy import save

from photolens.embedding import KNOWN_MODELS
from photolens.embedding.models import Licence, ModelInfo, RemoteFile, Source

TINY, TINY_PATH = "tiny/test", "/org/tiny/resolve/abc/open_clip_model.safetensors"
TINY_WEIGHTS = save({"w": np.arange(500_000, dtype=np.float32)})


@dataclass
class Served:
    """A file, and how it is given out."""

    data: bytes
    etag: str | None = '"one"'
    ranges: bool = True
    obeys_if_range: bool = True
    cuts: list[int] = field(default_factory=list)  # the connection is cut after so many bytes, once each
    stalls: list[int] = field(default_factory=list)  # nothing more comes after so many bytes, once each
    statuses: list[int] = field(default_factory=list)  # answers before the file itself
    redirect: str | None = None
    says_length: bool = True
    linked: bool = False  # the hub's headers with checksum and size
    headers: dict[str, str] = field(default_factory=dict)
    slow_seconds: float = 0.0  # between pieces


class ModelServer:
    """Serves `files` by path, and keeps every request in `asked`: its path and the bytes asked for."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.files: dict[str, Served] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.closing = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = False
        self._scheme = "http" if tls is None else "https"
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._http.server_address[1]}"

    def close(self) -> None:
        self.closing.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self)

            def log_message(self, *args: object) -> None:
                pass

        return Handler

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path if request.path.startswith("/") else "/" + request.path.split("/", 3)[3]
        self.asked.append((path, request.headers.get("Range")))
        served = self.files.get(path)
        if served is None:
            request.send_error(404)
            return
        if served.statuses:
            request.send_response(served.statuses.pop(0))
            for name, value in served.headers.items():
                request.send_header(name, value)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        start = self._start(request, served)
        if start is not None and start >= len(served.data):
            request.send_error(416)
            return
        request.send_response(302 if served.redirect else 200 if start is None else 206)
        if served.linked:
            request.send_header("X-Linked-Etag", f'"{hashlib.sha256(served.data).hexdigest()}"')
            request.send_header("X-Linked-Size", str(len(served.data)))
        for name, value in served.headers.items():
            request.send_header(name, value)
        if served.redirect:
            request.send_header("Location", served.redirect)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        body = served.data[start or 0 :]
        if start is not None:
            total = len(served.data)
            request.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        if served.etag:
            request.send_header("ETag", served.etag)
        if served.says_length:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        with suppress(OSError):  # whoever asked may have gone
            self._send(request, served, body)

    def _start(self, request: BaseHTTPRequestHandler, served: Served) -> int | None:
        """Where to begin; None: at the beginning, with all of it."""
        asked, condition = request.headers.get("Range"), request.headers.get("If-Range")
        if not asked or not served.ranges or served.redirect:
            return None
        if condition and served.obeys_if_range and condition != served.etag:
            return None
        return int(asked.removeprefix("bytes=").partition("-")[0])

    def _send(self, request: BaseHTTPRequestHandler, served: Served, body: bytes) -> None:
        for ends, stalls in ((served.cuts, False), (served.stalls, True)):
            if ends:
                request.wfile.write(body[: ends.pop(0)])
                request.wfile.flush()
                if stalls:
                    self.closing.wait(20)
                request.close_connection = True
                return
        if not served.slow_seconds:
            request.wfile.write(body)
            return
        for at in range(0, len(body), 1000):
            if self.closing.is_set():
                return
            request.wfile.write(body[at : at + 1000])
            request.wfile.flush()
            time.sleep(served.slow_seconds)


@contextmanager
def model_server(tls: ssl.SSLContext | None = None) -> Iterator[ModelServer]:
    """A server while the block lasts."""
    server = ModelServer(tls)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def tiny_model_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A server with a model whose licence is not free, which the table of models has too."""
    source = Source("org/tiny", "abc", RemoteFile("open_clip_model.safetensors", 2))
    licence = Licence("Research only", "https://example.org/licence", "for research only")
    info = ModelInfo(TINY, "Tiny", "for tests", 1, licence, "none", source=source)
    monkeypatch.setitem(KNOWN_MODELS, TINY, info)
    with model_server() as running:
        running.files[TINY_PATH] = Served(TINY_WEIGHTS)
        yield running
