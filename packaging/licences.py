"""What the bundle is made of, under which licences, and their texts: its THIRD-PARTY.txt.

The recipe has it written from what is bundled: from the metadata of the distributions that the files come
from, and from Debian's notes on libraries of the system. It ends where a part has no licence text.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

FILE = "THIRD-PARTY.txt"
FOLDER = "licences"  # in the bundle: the texts that no distribution brings
TEXTS = Path(__file__).with_name("licences")
# The loader at the front of the programs.
_ALWAYS = ("pyinstaller",)
_TEXT_NAMES = ("licen", "copying", "notice")


@dataclass(frozen=True, slots=True)
class Inner:
    """A library inside of another's distribution."""

    name: str
    licence: str
    source: str


# Compiled libraries that wheels bring along and whose licence is another than theirs, or that ask for their
# source to be had.
_INNER = {
    "pillow_heif": (
        Inner("libheif", "LGPL-3.0-or-later", "https://github.com/strukturag/libheif"),
        Inner("libde265", "LGPL-3.0-or-later", "https://github.com/strukturag/libde265"),
        Inner("x265", "GPL-2.0-or-later", "https://bitbucket.org/multicoreware/x265_git"),
    ),
    "rawpy": (
        Inner("LibRaw", "LGPL-2.1-only, chosen of that and CDDL-1.0", "https://github.com/LibRaw/LibRaw"),
        Inner("JasPer", "JasPer-2.0", "https://github.com/jasper-software/jasper"),
        Inner("libjpeg-turbo", "IJG AND BSD-3-Clause", "https://github.com/libjpeg-turbo/libjpeg-turbo"),
        Inner("Little CMS", "MIT", "https://github.com/mm2/Little-CMS"),
        Inner("libgomp", "GPL-3.0-or-later WITH GCC-exception-3.1", "https://gcc.gnu.org"),
    ),
    "PySide6_Essentials": (
        Inner("Qt 6, of the same version", "LGPL-3.0-only", "https://download.qt.io/official_releases/qt/"),
        Inner("what Qt contains", "see the address", "https://doc.qt.io/qt-6/licenses-used-in-qt.html"),
    ),
}
# Of distributions that bring no text: files of TEXTS.
_BORROWED = {
    "PySide6_Essentials": ("LGPL-3.0.txt",),
    "shiboken6": ("LGPL-3.0.txt",),
    "tokenizers": ("Apache-2.0.txt",),
}

_HEAD = """\
PhotoLens is free software under the GNU General Public License, version 3 or later; its text is in LICENSE.

The built-in model PhotoLens mini is not: its weights are offered under Creative Commons
Attribution-NonCommercial 4.0, https://creativecommons.org/licenses/by-nc/4.0/legalcode, for use that is not
commercial. They are data that the program reads; it works the same with any other model, and without these
weights. Their folder is photolens/resources/models; delete it, or choose another model, to use PhotoLens for
commercial purposes. A further model in that folder has terms of its own, which are in its card there.

This package brings what PhotoLens is made with, each part under the licence of its own that is named below.
Texts that a part brings itself are in the folder named *.dist-info beside this file; the others are in
licences, beside this file too. The source of each part, in the version named, is at the address given. The
libraries under the LGPL (those of Qt among them) are files of their own, which you may replace by versions
that you have changed. "This software is based in part on the work of the Independent JPEG Group."
"""


def write(sources: Iterable[str], work: Path, *, linux: bool) -> list[tuple[Path, str]]:
    """Write THIRD-PARTY.txt into `work`; returns it and the texts to bundle, each with its folder.

    `sources` are the files that are bundled, where they lie now. Raises SystemExit for what has no text.
    """
    found = {str(Path(source).resolve()) for source in sources}
    lines, texts = [_HEAD], [(work / FILE, ".")]
    python = _python_licence()
    lines += ["", f"Python {sys.version.split()[0]}", "  Licence: PSF-2.0", "  https://www.python.org"]
    lines += [f"  Text: {FOLDER}/Python.txt"]
    work.mkdir(parents=True, exist_ok=True)
    (work / "Python.txt").write_bytes(python.read_bytes())
    texts.append((work / "Python.txt", FOLDER))
    for distribution in _used(found):
        lines += ["", *_described(distribution)]
    texts += [(file, FOLDER) for file in sorted(TEXTS.glob("*.txt"))]
    if linux:
        packages = _debian_packages(found)
        lines += ["", "Libraries of Debian, whose own notes on their licences are the texts:"]
        for package, (version, notes) in sorted(packages.items()):
            copy = work / f"{package}.txt"
            copy.write_bytes(notes.read_bytes())
            texts.append((copy, FOLDER))
            lines.append(
                f"  {package} {version}: {FOLDER}/{copy.name}, https://packages.debian.org/{package}"
            )
    (work / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return texts


def licence(distribution: metadata.Distribution) -> str:
    """In short, as its metadata says it."""
    fields = distribution.metadata
    if fields.get("License-Expression"):
        return fields["License-Expression"]
    classifiers = [
        value.split(" :: ")[-1]
        for value in fields.get_all("Classifier") or []
        if value.startswith("License :: ") and not value.endswith("OSI Approved")
    ]
    first = (fields.get("License") or "").strip().splitlines()
    return first[0] if len(first) == 1 else ", ".join(classifiers) or "see the text"


def texts_of(distribution: metadata.Distribution) -> list[str]:
    """Its own licence texts, below site-packages."""
    return sorted(
        file.as_posix()
        for file in distribution.files or []
        if ".dist-info/" in file.as_posix() and any(part in file.name.lower() for part in _TEXT_NAMES)
    )


def _described(distribution: metadata.Distribution) -> list[str]:
    name = distribution.metadata["Name"]
    lines = [f"{name} {distribution.version}", f"  Licence: {licence(distribution)}"]
    lines += [f"  {_home(distribution)}"]
    own = texts_of(distribution)
    borrowed = [f"{FOLDER}/{text}" for text in _BORROWED.get(name, ())]
    if not own and not borrowed:
        sys.exit(f"{name} {distribution.version} brings no licence text: give one in packaging/licences.py.")
    if len(own) > 3:
        own = [own[0].split("/")[0]]
    lines += [f"  Text: {text}" for text in own or borrowed]
    lines += [f"  With {part.name}: {part.licence}, {part.source}" for part in _INNER.get(name, ())]
    return lines


def _home(distribution: metadata.Distribution) -> str:
    """Where its source is."""
    urls = dict(line.split(", ", 1) for line in distribution.metadata.get_all("Project-URL") or [])
    by_name = {label.lower().replace(" ", ""): url for label, url in urls.items()}
    for label in ("source", "sourcecode", "repository", "github", "homepage"):
        if label in by_name:
            return by_name[label]
    home = distribution.metadata.get("Home-page")
    if home and home != "UNKNOWN":
        return str(home)
    return next(iter(urls.values()), "")


def _used(sources: set[str]) -> list[metadata.Distribution]:
    """The distributions that files of the bundle come from, PhotoLens' own left out, by name."""
    used = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name.lower() == "photolens" or name in used:
            continue
        home = Path(str(distribution.locate_file(""))).resolve()
        files = (file for file in distribution.files or [] if ".dist-info/" not in file.as_posix())
        if name in _ALWAYS or any(str(home / file) in sources for file in files):
            used[name] = distribution
    return [used[name] for name in sorted(used, key=str.lower)]


def _python_licence() -> Path:
    """Where Python keeps its own."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    base = Path(sys.base_prefix)
    places = (
        base / "lib" / version / "LICENSE.txt",
        base / "LICENSE.txt",
        base / "LICENSE",
        base / "share" / "doc" / version / "copyright",
    )
    for place in places:
        if place.is_file():
            return place
    sys.exit(f"Python's licence is in none of {', '.join(map(str, places))}.")


def _debian_packages(sources: set[str]) -> dict[str, tuple[str, Path]]:
    """Version and notes of the packages that libraries of the system come from."""
    packages = {}
    for source in sorted(sources):
        if not source.startswith(("/usr/lib/", "/lib/")) or ".so" not in source:
            continue
        package = _owner(source)
        notes = Path("/usr/share/doc", package, "copyright")
        if not notes.is_file():
            sys.exit(f"{source} is of the package {package}, which has no {notes}.")
        packages[package] = (_output("dpkg-query", "--show", "--showformat=${Version}", package), notes)
    return packages


def _owner(source: str) -> str:
    for place in (source, source.removeprefix("/usr")):  # where / and /usr are one
        try:
            return _output("dpkg-query", "--search", place).split(":")[0]
        except subprocess.CalledProcessError:
            continue
    sys.exit(f"No package of Debian holds {source}, so its licence is not known.")


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()
