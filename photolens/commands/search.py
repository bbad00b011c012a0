"""`photolens search`: words, pictures and judgements at the command line."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from photolens import paths, terminal
from photolens.commands.examples import add_examples
from photolens.domain import (
    Combination,
    Explanation,
    FeedbackMode,
    Hit,
    HitOrder,
    ImageTerm,
    Judgement,
    Neighbour,
    PhotoId,
    Query,
    Ranking,
    Region,
    Shelf,
)
from photolens.errors import QueryError
from photolens.library import Library, normalised
from photolens.messages import plain
from photolens.search import extend, parse
from photolens.settings import Settings
from photolens.words import printable

DONE = 0


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Answer one query, or raise what says why not."""
    query = _query_of(options)
    with Library(options.library, settings=settings, read_only=True) as library:
        for judgement in query.judgements:
            library.photo(judgement.photo_id)  # an id that is none is a slip of the hand: say so
        ranking = None
        if options.narrow is None:
            ranking = library.search(query, limit=options.number)
            hits: Sequence[Hit] = ranking.hits
        else:
            hits = _telling_hits(library, query, options.narrow)
        reasons = _reasons(library, query, hits) if options.why else {}
        known = [near.photo_id for reason in reasons.values() for near in _nearest(reason)]
        photos = library.photos(dict.fromkeys([*(hit.photo_id for hit in hits), *known]))
        terminal.print_hits(hits, photos, options.style, reasons if options.why else None)
        if options.strong and ranking is not None and ranking.cuts and not ranking.sections.strong:
            said = "Nothing stands out; without --strong the nearest are shown."
            print(said, file=sys.stderr)
        elif not hits:
            print(printable(_why_nothing(library, ranking)), file=sys.stderr)
    return DONE


def _query_of(options: argparse.Namespace) -> Query:
    """What the options of a search ask for. Raises QueryError."""
    if options.number < 1 or (options.narrow is not None and options.narrow < 1):
        raise QueryError(plain(f"{'-n' if options.number < 1 else '--narrow'} must be 1 or more."))
    if options.why and options.style == "paths":
        raise QueryError(plain("--paths prints paths alone; leave out --why, or use --json."))
    if options.balance is not None and not 0 <= options.balance <= 1:
        raise QueryError(plain("--balance must lie between 0 (pictures only) and 1 (words only)."))
    typed = parse(" ".join(options.text))
    judgements = [Judgement(photo, True) for photo in options.liked]
    judgements += [Judgement(photo, False) for photo in options.disliked]
    query = replace(
        typed,
        terms=(*typed.terms, *_picture_terms(options.image, options.region)),
        balance=typed.balance if options.balance is None else options.balance,
        judgements=tuple(judgements),
        feedback=FeedbackMode(options.feedback),
        combination=Combination.PRODUCT if options.product else Combination.SUM,
        shelf=Shelf.STRONG if options.strong else None,
        order=HitOrder.BEST if options.by_date is None else HitOrder(options.by_date),
    )
    return extend(
        query,
        images=options.like,
        without=options.without,
        folders=options.folder,
        since=options.since,
        until=options.until,
    )


def _picture_terms(images: list[str], regions: list[tuple[int, str]]) -> list[ImageTerm]:
    """The pictures given, whole or a part of each; a region comes with how many pictures stood before it."""
    parts: dict[int, Region] = {}
    for before, text in regions:
        place = max(before - 1, 0)
        if place >= len(images):
            raise QueryError(plain("--region is a part of a picture: give the picture with --image FILE."))
        if place in parts:
            raise QueryError(plain("Give one --region for each --image, right after it."))
        parts[place] = _region(text)
    return [ImageTerm(normalised(image), region=parts.get(place)) for place, image in enumerate(images)]


def _region(text: str) -> Region:
    try:
        left, top, right, bottom = (float(part) for part in text.split(","))
    except ValueError:
        left = top = right = bottom = math.nan
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise QueryError(
            plain(
                f"--region {text} is no part of a picture: give left, top, right and bottom as shares of its "
                "width and height from 0 to 1, for example --region 0.1,0,0.6,0.5."
            )
        )
    return Region(left, top, right, bottom)


def _telling_hits(library: Library, query: Query, count: int) -> list[Hit]:
    """The photos whose judgement would say most, as hits."""
    reasons = [library.explain(query, photo_id) for photo_id in library.narrow(query, count)]
    return [
        Hit(rank, why.photo_id, why.score, why.matched_name, Shelf.STRONG if why.matched_name else why.shelf)
        for rank, why in enumerate(reasons, start=1)
    ]


def _reasons(library: Library, query: Query, hits: Sequence[Hit]) -> dict[PhotoId, Explanation]:
    """Why each hit is where it is; where nothing can be said, that is said once on stderr."""
    found: dict[PhotoId, Explanation] = {}
    problems: dict[str, None] = {}
    for hit in hits:
        try:
            found[hit.photo_id] = library.explain(query, hit.photo_id)
        except QueryError as error:
            problems[str(error)] = None
    for problem in problems:
        print(problem, file=sys.stderr)
    return found


def _nearest(reason: Explanation) -> list[Neighbour]:
    near = (reason.nearest_liked, reason.nearest_disliked)
    return [neighbour for neighbour in near if neighbour is not None]


def _why_nothing(library: Library, ranking: Ranking | None) -> str:
    status = library.status()
    if status.photos == 0:
        return f"The library holds no photos yet. Try: {paths.command(status.library, 'index ~/Pictures')}"
    if ranking is not None and ranking.total == 0:
        return "No photo meets these filters."
    if status.embedded == 0:
        again = paths.command(status.library, "index")
        return f"No photo has been read with the model {status.model} yet. Try: {again}"
    return "No photo matches." if ranking is not None else "There is no photo left to judge."


# --- options --------------------------------------------------------------------------------


class _RegionOption(argparse.Action):
    """Keeps the value with the number of pictures given before it."""

    def __call__(
        self, parser: object, namespace: argparse.Namespace, values: Any, option: object = None
    ) -> None:
        setattr(namespace, self.dest, [*namespace.region, (len(namespace.image), values)])


def _date_order(text: str) -> str:
    if text not in (HitOrder.NEWEST, HitOrder.OLDEST):
        raise argparse.ArgumentTypeError("write newest or oldest after it, or put it after your words")
    return text


def add_options(search: argparse.ArgumentParser) -> None:
    search.add_argument(
        "text",
        nargs="*",
        metavar="TEXT",
        help='words; also "1.5:beach", "-people", "since:2019", "type:heic"',
    )
    search.add_argument("--image", action="append", default=[], metavar="FILE", help="a picture to look for")
    search.add_argument(
        "--region",
        action=_RegionOption,
        default=[],
        metavar="L,T,R,B",
        help="only this part of the --image before it: left, top, right, bottom as shares from 0 to 1",
    )
    search.add_argument(
        "--like",
        action="append",
        default=[],
        type=int,
        metavar="ID",
        help="a photo of the library to look for (--json shows the ids)",
    )
    for name, help_text in (
        ("liked", "a photo judged right: it comes first, and more like it"),
        ("disliked", "a photo judged wrong: it comes last, and fewer like it"),
    ):
        search.add_argument(f"--{name}", action="append", default=[], type=int, metavar="ID", help=help_text)
    search.add_argument(
        "--feedback",
        choices=[str(mode) for mode in FeedbackMode],
        default=str(FeedbackMode.LEARNED),
        metavar="MODE",
        help="what judgements do: learned (default), or put photos nearer to a disliked than to a liked one "
        "last (nearest-demote) or leave them out (nearest-drop)",
    )
    search.add_argument(
        "--not", action="append", default=[], dest="without", metavar="TEXT", help="words to keep away from"
    )
    search.add_argument(
        "--folder", action="append", default=[], metavar="FOLDER", help="only in this folder (path or name)"
    )
    search.add_argument(
        "--since", metavar="DATE", help="taken on this day or later: 2019, 2019-07, 2019-07-02"
    )
    search.add_argument("--until", metavar="DATE", help="taken on this day or earlier")
    search.add_argument("--balance", type=float, metavar="0..1", help="share of words beside pictures")
    search.add_argument(
        "-n", "--limit", dest="number", type=int, default=20, metavar="N", help="how many (default 20)"
    )
    _add_answer(search)
    style = search.add_mutually_exclusive_group()
    style.add_argument(
        "--json", action="store_const", dest="style", const="json", help="a JSON object per line"
    )
    style.add_argument("--paths", action="store_const", dest="style", const="paths", help="paths alone")
    search.set_defaults(style="table", takes_words=True)
    add_examples(
        search,
        ('photolens search "a street in a city"', "by words"),
        ("photolens search beach -people since:2019", "with words to keep away from, and a filter"),
        ('photolens search --image sunset.jpg "at sea"', "by a picture and words"),
        ("photolens search a dog --liked 17 --disliked 4 --why", "with judged photos, saying why"),
        ("photolens search beach -n 50 --paths | xargs -d '\\n' cp -t /tmp/beach", "copy what is found"),
    )


def _add_answer(search: argparse.ArgumentParser) -> None:
    """Options of what is shown of an answer."""
    search.add_argument(
        "--product",
        action="store_true",
        help="words and pictures must both fit, not one make up for the other",
    )
    search.add_argument("--strong", action="store_true", help="only the best matches, those that stand out")
    search.add_argument(
        "--by-date",
        nargs="?",
        const=str(HitOrder.NEWEST),
        type=_date_order,
        metavar="newest|oldest",
        help="order by date, the best matches before the others; newest first unless oldest is given",
    )
    search.add_argument(
        "--narrow", type=int, metavar="N", help="instead of hits the N photos whose judgement would say most"
    )
    search.add_argument("--why", action="store_true", help="say under each hit why it is there")
