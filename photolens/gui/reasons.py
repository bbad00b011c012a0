"""Reasons in the user's language: names of the parts of a question, numbers, a few words for a tile."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication, QLocale

from photolens.domain import ChangeTerm, Explanation, Term, TextTerm
from photolens.gui.widgets import shortened
from photolens.search.explain import TELLING

translate = QCoreApplication.translate

SEEN = 0.05  # below it a number would read 0.0
_TILE_PARTS = 2
_TILE_NAME = 20  # characters, so that two parts are about 60


def term_name(term: Term) -> str:
    """What a term is called, with a minus where it pushes away."""
    if isinstance(term, TextTerm):
        name = term.text
    elif isinstance(term, ChangeTerm):
        sides = {"%1": term.after, "%2": term.before}
        name = re.sub("%[12]", lambda match: sides[match[0]], translate("Reasons", "%1 instead of %2"))
    elif term.region is None:
        name = translate("Reasons", "picture")
    else:
        name = translate("Reasons", "part of a picture")
    return f"−{name}" if term.weight < 0 else name


def short_reason(explanation: Explanation) -> str:
    """The one or two things that say most, about 60 characters at most; empty where nothing says much."""
    if explanation.liked is not None:
        return (
            translate("Reasons", "you liked it")
            if explanation.liked
            else translate("Reasons", "you disliked it")
        )
    if explanation.matched_name:
        return translate("Reasons", "file name")
    parts = [(term_name(reason.term), reason.contribution) for reason in explanation.terms]
    parts.append((translate("Reasons", "your clicks"), explanation.learned))
    telling = sorted((part for part in parts if abs(part[1]) >= TELLING), key=lambda part: -abs(part[1]))
    return " · ".join(
        f"{shortened(name, _TILE_NAME)} {signed(value)}" for name, value in telling[:_TILE_PARTS]
    )


def number(value: float) -> str:
    """With one decimal, and no minus before a zero."""
    return QLocale().toString(round(value, 1) + 0.0, "f", 1).replace("-", "−")


def signed(value: float) -> str:
    """With its sign, unless it would read 0."""
    if abs(value) < SEEN:
        return number(0.0)
    return number(value) if value < 0 else f"+{number(value)}"
