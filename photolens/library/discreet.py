"""Text that may be shown to strangers: where photos lie and what they are called is left out."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from photolens import paths, words

# The start of a path that is none of ours. What follows may hold blanks and quotes, so that nobody can tell
# where it ends.
_PATH = re.compile(r"(?<![\w<>.])~?(?:[A-Za-z]:)?[/\\](?=\S)")
_SYSTEM_SAYS = re.compile(r"\[(?:Errno|WinError) \d+\] [A-Za-z ,/-]+")
# What PhotoLens says after a path, word for word, so that no photo's name passes for it.
_WE_SAY = re.compile(
    r"(?<= )(?:is full\. Make room, then index again; nothing is lost"
    r"|has too little room for a backup of [0-9,]+ MB)\."
)
# Where a path of ours ends, and is not the beginning of another that only starts like it.
_ENDS = r"(?=[/\\'\"`]|(?:$|[:,;.)](?: |$)| [a-z])[^/\\]*$)"
_ROOT_PARTS = 1


class Discreet:
    """Shortens paths and messages. The library's own folder and PhotoLens' are named, others are not."""

    def __init__(self, library: Path) -> None:
        own = {
            library: "<library>",
            paths.models_dir(): "<models>",
            paths.settings_file().parent: "<settings>",
            paths.log_file().parent: "<logs>",
            Path(__file__).parents[1]: "<photolens>",
            paths.resource(): "<resources>",
            Path(sys.prefix): "<python>",
        }
        spellings = {
            spelt: name for path, name in own.items() for spelt in (str(path), os.path.realpath(path))
        }
        self._own = sorted(spellings.items(), key=lambda item: -len(item[0]))

    def text(self, message: str) -> str:
        """A message without any path that may be a photo's: the rest of it goes too, but for the reason."""
        for path, name in self._own * 2:  # one that is named twice ends the message only the second time
            message = re.sub(re.escape(path) + _ENDS, name, message)
        found = _PATH.search(message)
        if found:
            reason = _SYSTEM_SAYS.search(message, found.end()) or _WE_SAY.search(message, found.end())
            message = message[: found.start()] + "<path>" + (f" {reason[0]}" if reason else "")
        return words.printable(message)

    def folder(self, path: str) -> str:
        """Roughly where a folder lies: ~/Pictures, ~/Pictures/…, /mnt/…"""
        for home in {str(Path.home()), os.path.realpath(Path.home())}:
            if path == home or path.startswith(home + os.sep):
                return words.printable(_first_parts("~", path[len(home) :]))
        drive, rest = os.path.splitdrive(path)
        return words.printable(_first_parts("" if drive.startswith("\\\\") else drive, rest, whole=False))


def _first_parts(start: str, rest: str, *, whole: bool = True) -> str:
    parts = Path(rest.lstrip(os.sep)).parts
    kept = parts[:_ROOT_PARTS]
    more = ("…",) if len(parts) > len(kept) or not (whole or kept) else ()
    return "/".join((start, *kept, *more))
