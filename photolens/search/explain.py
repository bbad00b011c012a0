"""Words for an Explanation at a terminal: why a photo is where it is.

Every number is in standard deviations of the query's scores in the library; `HOW_TO_READ` says so plainly.
"""

from __future__ import annotations

from collections.abc import Callable

from photolens.domain import ChangeTerm, Explanation, Neighbour, PhotoId, Shelf, Term, TextTerm

HOW_TO_READ = "0 is what your photos usually score; from about +2 a photo stands out."

WORTH_NAMING = 0.2  # cosine; photos less alike have nothing to do with each other
TELLING = 0.15  # below it a contribution says nothing
_CLICKS = "your clicks"
_SHELVES = {Shelf.STRONG: "Strong match", Shelf.MAYBE: "Maybe", Shelf.REST: "Not close"}


def term_words(term: Term) -> str:
    """What a term is called, with a minus where it pushes away."""
    if isinstance(term, TextTerm):
        words = term.text
    elif isinstance(term, ChangeTerm):
        words = f"{term.after} instead of {term.before}"
    else:
        words = "picture" if term.region is None else "part of a picture"
    return f"-{words}" if term.weight < 0 else words


def reason_lines(explanation: Explanation, path_of: Callable[[PhotoId], str | None]) -> list[str]:
    """All of it, line by line; `path_of` names a judged photo, None for a picture from elsewhere."""
    rows = [(term_words(reason.term), reason.contribution) for reason in explanation.terms]
    if abs(explanation.constant) >= TELLING:
        rows.append(("taken together", explanation.constant))
    if explanation.learned:
        rows.append((_CLICKS, explanation.learned))
    width = max((len(words) for words, _ in rows), default=0)
    lines = [_headline(explanation), *(f"{words:{width}}  {_signed(value):>5}" for words, value in rows)]
    for words, neighbour in (
        ("most like what you liked", explanation.nearest_liked),
        ("most like what you disliked", explanation.nearest_disliked),
    ):
        if neighbour is not None and neighbour.cosine >= WORTH_NAMING:
            lines.append(f"{words}: {_place(neighbour, path_of)} ({per_cent(neighbour.cosine)} % alike)")
    return lines


def per_cent(cosine: float) -> int:
    """A cosine as people read likeness: 0 to 100."""
    return round(100 * min(max(cosine, 0.0), 1.0))


def next_cut(explanation: Explanation) -> tuple[Shelf, float]:
    """The cut that places the photo: the one it has reached as a strong match, else the next one above it."""
    if explanation.shelf is Shelf.REST:
        return Shelf.MAYBE, explanation.cuts.maybe
    return Shelf.STRONG, explanation.cuts.strong


def _headline(explanation: Explanation) -> str:
    shelf, cut = next_cut(explanation)
    text = f"{_SHELVES[explanation.shelf]}: score {_signed(explanation.score)}, {shelf} from {_signed(cut)}"
    if explanation.liked is not None:
        return f"You {'liked' if explanation.liked else 'disliked'} it. {text}"
    return f"Its file name is what you typed. {text}" if explanation.matched_name else text


def _place(neighbour: Neighbour, path_of: Callable[[PhotoId], str | None]) -> str:
    return path_of(neighbour.photo_id) or "a picture from elsewhere"


def _signed(value: float) -> str:
    """With one decimal and its sign, unless it reads 0."""
    text = f"{value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text
