"""`photolens concept`: saved searches at the command line."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from functools import partial
from typing import Any

from photolens import paths, terminal
from photolens.commands.actions import add_action
from photolens.commands.examples import add_examples
from photolens.domain import Concept, Example, ImageTerm, Judgement, PhotoId, Query
from photolens.errors import QueryError
from photolens.ingest import content_hash
from photolens.library import Library, normalised
from photolens.library.concept_file import with_suffix
from photolens.library.query_json import PictureRef, to_json
from photolens.messages import plain
from photolens.search import describe, extend, parse
from photolens.settings import Settings
from photolens.words import plural, printable, short

DONE = 0

_EXAMPLES = {
    "list": "photolens concept list",
    "show": "photolens concept show Sunsets",
    "save": 'photolens concept save Sunsets "sunset over the sea" -people --liked 17',
    "export": "photolens concept export Sunsets sunsets.photolens-concept",
    "import": "photolens concept import sunsets.photolens-concept",
    "rename": 'photolens concept rename Sunsets "Evening skies"',
    "delete": "photolens concept delete Sunsets",
    "search": "photolens concept search Sunsets -n 50 --paths",
}


def add_options(concept: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """The sub-commands; `common` has the options that every command takes."""
    add_examples(
        concept,
        ('photolens concept save Sunsets "sunset over the sea" -people', "save a search"),
        ("photolens concept search Sunsets", "find what it asks for"),
        ("photolens concept list", "what has been saved"),
    )
    actions = concept.add_subparsers(title="what to do", metavar="ACTION", required=True)

    add = partial(add_action, actions, common, _EXAMPLES)

    listed = add("list", _list, "List the concepts.")
    listed.add_argument("--json", action="store_true", help="one JSON object per concept")
    shown = add("show", _show, "What a concept asks for.", "name")
    shown.add_argument("--json", action="store_true", help="one JSON object")
    saved = add("save", save, "Save a search under a name.", "name")
    saved.set_defaults(takes_words=True)
    saved.add_argument("text", nargs="*", metavar="TEXT", help="words, as `photolens search` takes them")
    saved.add_argument("--image", action="append", default=[], metavar="FILE", help="a picture to look for")
    for liked, text in (("liked", "a photo judged right"), ("disliked", "a photo judged wrong")):
        saved.add_argument(f"--{liked}", action="append", default=[], type=int, metavar="ID", help=text)
    add("export", _export, "Write a concept to one file, for another library.", "name", "file")
    add("import", _import, "Read a concept that was exported.", "file")
    add("rename", _rename, "Give a concept another name.", "name", "new")
    add("delete", _delete, "Delete a concept.", "name")
    found = add("search", _search, "Find the photos that a concept asks for.", "name")
    found.add_argument(
        "-n", "--limit", dest="number", type=int, default=20, metavar="N", help="how many (default 20)"
    )
    style = found.add_mutually_exclusive_group()
    style.add_argument(
        "--json", action="store_const", dest="style", const="json", help="a JSON object per line"
    )
    style.add_argument("--paths", action="store_const", dest="style", const="paths", help="paths alone")
    found.set_defaults(style="table")


# --- the sub-commands -----------------------------------------------------------------------


def save(options: argparse.Namespace, settings: Settings) -> int:
    """`photolens concept save`; words that look like options are the search box's negatives."""
    query = extend(parse(" ".join(options.text)), images=[normalised(image) for image in options.image])
    clicks = [Judgement(photo, True) for photo in options.liked]
    clicks += [Judgement(photo, False) for photo in options.disliked]
    with _open(options, settings, writing=True) as library:
        known = {photo.id for photo in library.photos([click.photo_id for click in clicks])}
        for click in clicks:
            if click.photo_id not in known:
                ids = paths.command(options.library, "search --json")
                raise QueryError(plain(f"There is no photo {click.photo_id}; `{ids}` shows the ids."))
        concept = library.save_concept(options.name, replace(query, judgements=tuple(clicks)))
        _say(f"Saved “{concept.name}”: {_summary(concept.query)}.")
    return DONE


def _list(options: argparse.Namespace, settings: Settings) -> int:
    with _open(options, settings) as library:
        concepts = library.concepts()
    for concept in concepts:
        if options.json:
            print(json.dumps(_object(concept)))
        else:
            print(f"{printable(concept.name)}  ({printable(_summary(concept.query))})")
    if not concepts:
        save_one = paths.command(options.library, "concept save NAME TEXT")
        _say(f"No concept has been saved yet. Try: {save_one}")
    return DONE


def _show(options: argparse.Namespace, settings: Settings) -> int:
    with _open(options, settings) as library:
        concept = library.concept(options.name)
        query = concept.query
        photos = library.photos(_photos(query))
    if options.json:
        hashes = {photo.id: photo.content_hash for photo in photos}
        print(json.dumps({**_object(concept), "query": to_json(query, partial(_name_of, hashes))}))
        return DONE
    rows = [
        ("Name", concept.name),
        ("Text", describe(query) or "none"),
        ("Pictures", str(_pictures(query) or "none")),
        ("Liked", _judged(query, liked=True)),
        ("Disliked", _judged(query, liked=False)),
        ("Saved", f"{concept.created_at.astimezone():%Y-%m-%d %H:%M}"),
        ("Changed", f"{concept.changed_at.astimezone():%Y-%m-%d %H:%M}"),
    ]
    for name, value in rows:
        print(f"{name:9}{printable(value)}")
    return DONE


def _export(options: argparse.Namespace, settings: Settings) -> int:
    with _open(options, settings) as library:
        concept = library.concept(options.name)
        file = normalised(options.file)
        library.export_concept(concept.id, file)
    _say(f"Wrote “{concept.name}” to {short(str(with_suffix(file)))}.")
    return DONE


def _import(options: argparse.Namespace, settings: Settings) -> int:
    with _open(options, settings, writing=True) as library:
        concept = library.import_concept(normalised(options.file))
        _say(f"Imported “{concept.name}”: {_summary(concept.query)}.")
    return DONE


def _rename(options: argparse.Namespace, settings: Settings) -> int:
    with _open(options, settings, writing=True) as library:
        concept = library.concept(options.name)
        renamed = library.rename_concept(concept.id, options.new)
        _say(f"“{concept.name}” is called “{renamed.name}” now.")
    return DONE


def _delete(options: argparse.Namespace, settings: Settings) -> int:
    with _open(options, settings, writing=True) as library:
        concept = library.delete_concept(library.concept(options.name).id)
        _say(f"Deleted “{concept.name}”; no photo was touched.")
    return DONE


def _search(options: argparse.Namespace, settings: Settings) -> int:
    if options.number < 1:
        raise QueryError(plain("-n must be 1 or more."))
    with _open(options, settings) as library:
        ranking = library.search(library.concept(options.name).query, limit=options.number)
        photos = library.photos(hit.photo_id for hit in ranking.hits)
        terminal.print_hits(ranking.hits, photos, options.style)
        if not ranking.hits:
            _say("No photo matches.")
    return DONE


# --- inside ---------------------------------------------------------------------------------


def _open(options: argparse.Namespace, settings: Settings, *, writing: bool = False) -> Library:
    reporter = terminal.Reporter(options.library)
    if writing and Library.exists(options.library):
        return Library(options.library, settings=settings, emit=reporter)
    return Library(options.library, settings=settings, read_only=True)  # which says how to make one


def _say(text: str) -> None:
    print(printable(text), file=sys.stderr)


def _summary(query: Query) -> str:
    """What a query holds, in a few words."""
    pictures = _pictures(query)
    parts = [describe(query), f"{pictures} {plural('picture', pictures)}" if pictures else ""]
    for liked, word in ((True, "liked"), (False, "disliked")):
        count = len(_examples(query, liked)) + len(_clicks(query, liked))
        parts.append(f"{count} {word}" if count else "")
    return ", ".join(part for part in parts if part)


def _object(concept: Concept) -> dict[str, Any]:
    query = concept.query
    return {
        "id": concept.id,
        "name": concept.name,
        "text": describe(query),
        "pictures": _pictures(query),
        "liked": len(_clicks(query, True)) + len(_examples(query, True)),
        "disliked": len(_clicks(query, False)) + len(_examples(query, False)),
        "created_at": concept.created_at.isoformat(),
        "changed_at": concept.changed_at.isoformat(),
    }


def _judged(query: Query, *, liked: bool) -> str:
    photos, examples = len(_clicks(query, liked)), len(_examples(query, liked))
    parts = [f"{photos} {plural('photo', photos)}"] if photos else []
    if examples:
        parts.append(f"{examples} {plural('example', examples)} from elsewhere")
    return ", ".join(parts) or "none"


def _pictures(query: Query) -> int:
    return sum(isinstance(term, ImageTerm) for term in query.terms)


def _clicks(query: Query, liked: bool) -> list[Judgement]:
    return [judgement for judgement in query.judgements if judgement.liked is liked]


def _examples(query: Query, liked: bool) -> list[Example]:
    return [example for example in query.examples if example.liked is liked]


def _photos(query: Query) -> list[PhotoId]:
    """The photos of the library that a query names."""
    sources = (term.source for term in query.terms if isinstance(term, ImageTerm))
    return [source for source in sources if isinstance(source, int)] + [
        judgement.photo_id for judgement in query.judgements
    ]


def _name_of(hashes: dict[PhotoId, bytes], picture: PhotoId | str | bytes | Example) -> PictureRef | None:
    """For scripts: photos by content and id, pictures from elsewhere by a hash alone."""
    if isinstance(picture, Example):
        return PictureRef(picture.content_hash)
    if isinstance(picture, int):
        return PictureRef(hashes[picture], picture) if picture in hashes else None
    return PictureRef(content_hash(picture if isinstance(picture, bytes) else picture.encode()))
