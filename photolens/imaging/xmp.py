"""XMP: the packet of XML that programs write into photos. Reads plain properties, nothing more."""

from __future__ import annotations

import logging
import re
from xml.etree import ElementTree

_MAX_BYTES = 1 << 22
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PREFIXES = {
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
}

log = logging.getLogger(__name__)


def read_xmp(packet: object) -> dict[str, str]:
    """Properties such as {"xmp:CreateDate": "2012-08-05T11:39:59"}; of a list, its first item.

    Anything that is not well-formed, or too large, or declares a document type, reads as empty: XMP
    has no use for entities, and refusing the declaration is what makes expanding them impossible.
    """
    text = _text(packet)
    start = text.find("<")
    if start < 0 or re.search(r"<!\s*(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        return {}
    # expat refuses bytes after the root element; the padding and the trailer are of no interest.
    text = re.sub(r"<\?.*?\?>", "", text[start:], flags=re.DOTALL).strip("\0 \t\r\n\ufeff")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        log.debug("XMP that is no XML: %s", type(error).__name__)
        return {}
    found: dict[str, str] = {}
    for description in root.iter(f"{_RDF}Description"):
        for tag, value in description.items():
            _keep(found, tag, value)
        for child in description:
            item = next(child.iter(f"{_RDF}li"), child)
            _keep(found, child.tag, item.text)
    return found


def _text(packet: object) -> str:
    if isinstance(packet, str):
        return packet if len(packet) <= _MAX_BYTES else ""
    if not isinstance(packet, bytes) or len(packet) > _MAX_BYTES:
        return ""
    encoding = "utf-16" if packet[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return packet.decode(encoding, errors="replace")


def _keep(found: dict[str, str], tag: str, value: str | None) -> None:
    namespace, _, name = tag[1:].partition("}")
    prefix = _PREFIXES.get(namespace)
    if prefix and value and value.strip():
        found.setdefault(f"{prefix}:{name}", value.strip())
