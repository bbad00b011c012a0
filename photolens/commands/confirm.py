"""Asking before something is done that the user may not want."""

from __future__ import annotations

import sys

from photolens.errors import UsageError
from photolens.messages import plain


def confirm(question: str, sure: bool) -> None:
    """Ask on the terminal unless `sure`. Raises UsageError when the answer is no, or nobody is there."""
    if sure:
        return
    if not sys.stdin.isatty():
        raise UsageError(plain(f"{question} Nothing was done: say --yes to do it."))
    if input(f"{question} [y/N] ").strip().lower() not in ("y", "yes"):
        raise UsageError(plain("Nothing was done."))
