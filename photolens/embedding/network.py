"""Reaching a server: proxies, redirects, and what answers say of a file."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from photolens.errors import ModelError
from photolens.messages import Message, message, plain, system

_WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)  # seconds before another try; new ones once something has arrived
_LONGEST_RETRY_AFTER = 60.0


@dataclass(frozen=True, slots=True)
class Network:
    """How to reach the network. `proxy`: http://host:port; empty: what the environment says."""

    proxy: str = ""
    silence_seconds: float = 30.0  # without a byte, after which the connection is given up
    waits: tuple[float, ...] = _WAITS


class Redirects(HTTPRedirectHandler):
    """Follows redirects, but none that would leave https, and remembers what the hub says of the file."""

    def __init__(self) -> None:
        self.sha256: str | None = None
        self.size: int | None = None

    def note(self, headers: Any) -> None:
        tag = (strong(headers.get("X-Linked-Etag")) or "").strip('"').lower()
        if self.sha256 is None and len(tag) == 64 and all(letter in "0123456789abcdef" for letter in tag):
            self.sha256 = tag
        if self.size is None:
            self.size = number(headers.get("X-Linked-Size") or "")

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme not in ("https", req.type):
            raise ModelError(
                message(
                    "{host} sends the download on to an address without encryption, so nothing was "
                    "downloaded. Check the settings `mirror` and `proxy`.",
                    host=req.host,
                )
            )
        self.note(headers)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def opener(proxy: str, redirects: Redirects) -> OpenerDirector:
    """What asks servers: through a proxy, the given or the system's, and trusting whom the system trusts."""
    import truststore  # Python's own ssl knows no certificates on some systems, nor in some packages

    secure = HTTPSHandler(context=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    proxies = ProxyHandler({"http": proxy, "https": proxy}) if proxy else ProxyHandler()
    return build_opener(proxies, redirects, secure)


def strong(etag: str | None) -> str | None:
    """An entity tag that stands for the very bytes."""
    return etag if etag and not etag.startswith("W/") else None


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def retry_after(error: HTTPError) -> float:
    return min(float(number(error.headers.get("Retry-After") or "") or 0), _LONGEST_RETRY_AFTER)


def said(reason: object) -> Message:
    """What went wrong with a connection, in a few words."""
    if isinstance(reason, TimeoutError):
        return message("the server has gone silent")
    return system(reason) if isinstance(reason, BaseException) else plain(str(reason).rstrip("."))
