"""A question in a few words, for lists and dialogs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from photolens.domain import ChangeTerm, Filters, ImageTerm, Query, TextTerm
from photolens.gui.widgets import shortened
from photolens.search import describe

translate = QCoreApplication.translate

_NAME = 60  # characters of a suggested name


def in_one_line(query: Query) -> str:
    """As in a list: snow, beach since:2019 + 2 pictures, 3 likes."""
    text, more = describe(query), ", ".join(_beside_words(query))
    return f"{text} + {more}" if text and more else text or more


def what_is_in_it(query: Query) -> str:
    """What will be kept of it: words, 2 pictures, 3 likes, 1 dislike, filters."""
    parts = []
    if any(not isinstance(term, ImageTerm) for term in query.terms):
        parts.append(translate("QueryWords", "words"))
    parts += _beside_words(query)
    if query.filters != Filters():
        parts.append(translate("QueryWords", "filters"))
    return ", ".join(parts)


def suggested_name(query: Query) -> str:
    """A name for it, from its words; without words, from what else there is."""
    wanted = [_wanted(term) for term in query.terms if not isinstance(term, ImageTerm) and term.weight > 0]
    found = ", ".join(wanted) or in_one_line(query)
    return shortened(found[:1].upper() + found[1:], _NAME)


def _wanted(term: TextTerm | ChangeTerm) -> str:
    return term.text if isinstance(term, TextTerm) else term.after


def _beside_words(query: Query) -> list[str]:
    pictures = sum(isinstance(term, ImageTerm) for term in query.terms)
    verdicts = [click.liked for click in query.judgements] + [example.liked for example in query.examples]
    return [
        _counted(count, one, many)
        for count, one, many in (
            (pictures, translate("QueryWords", "1 picture"), translate("QueryWords", "%1 pictures")),
            (sum(verdicts), translate("QueryWords", "1 like"), translate("QueryWords", "%1 likes")),
            (
                len(verdicts) - sum(verdicts),
                translate("QueryWords", "1 dislike"),
                translate("QueryWords", "%1 dislikes"),
            ),
        )
        if count
    ]


def _counted(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.replace("%1", QLocale().toString(count))
