"""The user guide in each language: the same pages and pictures, words and keys as in the window."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QKeySequence
from pytestqt.qtbot import QtBot

from photolens import paths
from photolens.embedding.models import KNOWN_MODELS
from photolens.gui.guide import TOPICS, GuidePages, guide_file, page_text, page_title
from photolens.gui.guide_window import GuideWindow
from photolens.gui.languages import ENGLISH
from photolens.search import parse
from photolens.settings import LANGUAGES
from tests import translations
from tests.gui.conftest import Speak
from tests.gui.hands import image
from tests.gui.test_guide import KEY

TRANSLATED = tuple(name for name in LANGUAGES if name not in ("system", ENGLISH))
HELP = guide_file("first-run.md").parent
_MOST_BYTES = 650_000  # of the pictures in one language
_IMAGE = 2
_NO_WORDS_OF_THE_WINDOW = {
    ENGLISH: "Everything stays on this computer.",
    "de": "Alles bleibt auf diesem Computer.",
    "zh_CN": "一切都留在这台计算机上。",
}


def marked(pattern: str, topic: str, language: str) -> list[str]:
    return [" ".join(part.split()) for part in re.findall(pattern, page_text(topic, language))]


def bold(topic: str, language: str) -> set[str]:
    return set(marked(r"\*\*([^*]+)\*\*", topic, language)) - {_NO_WORDS_OF_THE_WINDOW[language]}


def typed(topic: str, language: str) -> list[str]:
    return marked(r"`([^`]+)`", topic, language)


def dictionary(language: str) -> dict[str, set[str]]:
    """What the window says in the language for each English text; as on buttons, without what follows."""
    found = {info.title: {info.title} for info in KNOWN_MODELS.values()}
    file = translations.TRANSLATIONS / f"photolens_{language}.ts"
    for message in ElementTree.parse(file).iter("message"):
        source, said = (message.findtext(part) or "" for part in ("source", "translation"))
        found.setdefault(source.rstrip("…"), set()).add(said.rstrip("…"))
    return found


def shape(topic: str, language: str) -> list[str]:
    """Headings, entries of lists, rows of tables, pictures and paragraphs of a page, in order."""
    found, last = [], ""
    for line in page_text(topic, language).splitlines():
        start = re.match(r"#+ |- |\d\. |\||!", line)
        if start or (line and not last):
            found.append(start.group() if start else "paragraph")
        last = line
    return found


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_language_has_the_pages_and_pictures_of_english(language: str) -> None:
    own = {file.name: file for file in (HELP / language).iterdir()}
    assert set(own) == {file.name for file in HELP.iterdir() if file.is_file()}
    sizes = [file.stat().st_size for name, file in own.items() if name.endswith(".png")]
    assert sum(sizes) < _MOST_BYTES
    assert all(file.read_bytes() != (HELP / name).read_bytes() for name, file in own.items())


def test_no_language_is_there_that_the_window_does_not_speak() -> None:
    assert {folder.name for folder in HELP.iterdir() if folder.is_dir()} == set(TRANSLATED)


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_says_as_much_as_the_english_one(topic: str, language: str) -> None:
    assert shape(topic, language) == shape(topic, ENGLISH)
    target = r"\]\(([^)]+)\)"
    english, own = (marked(target, topic, which) for which in (ENGLISH, language))
    assert [name for name in own if name.endswith(".png")] == [n for n in english if n.endswith(".png")]
    assert set(english) <= set(own) <= {f"{name}.md" for name in TOPICS} | set(english)


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_quotes_the_same_words_as_the_window_says_them(topic: str, language: str) -> None:
    said = dictionary(language)
    own = bold(topic, language)
    meant = {english: said[english] for english in bold(topic, ENGLISH)}
    assert [english for english, words in meant.items() if not words & own] == [], "not on the page"
    assert own - set().union(*meant.values()) == set(), "not in the window"


@pytest.mark.parametrize("language", TRANSLATED)
def test_pages_name_keys_as_the_window_does_and_words_that_can_be_typed(language: str, speak: Speak) -> None:
    speak(language)
    native = QKeySequence.SequenceFormat.NativeText
    for topic in TOPICS:
        english, own = typed(topic, ENGLISH), typed(topic, language)
        keys = {QKeySequence(code).toString(native) for code in english if KEY.fullmatch(code)}
        assert keys <= set(own), topic
        queries, own_queries = (
            [parse(code) for code in codes if code not in keys and not KEY.fullmatch(code)]
            for codes in (english, own)
        )
        assert [bool(query.filters) for query in own_queries] == [bool(query.filters) for query in queries]


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_guide_opens_in_the_language_of_the_window(qtbot: QtBot, speak: Speak, language: str) -> None:
    speak(language)
    guide = GuideWindow()
    qtbot.addWidget(guide)
    for row, topic in enumerate(TOPICS):
        guide.show_topic(topic)
        title = page_title(topic, language)
        assert title != page_title(topic)
        assert guide.pages.toPlainText().startswith(title)
        assert guide.topics.item(row).text() == title and guide.topics.currentRow() == row


def test_words_of_the_language_are_found_and_links_lead_on_in_it(qtbot: QtBot, speak: Speak) -> None:
    speak("de")
    guide = GuideWindow()
    qtbot.addWidget(guide)
    guide.show_topic()
    guide.field.setText("verschlüsselt")
    guide.find_next()
    assert guide.pages.topic == "privacy" and guide.found.text() == "1 auf dieser Seite"
    guide.show_topic("concepts")
    guide.pages.setSource(guide.pages.source().resolved("models.md"))
    assert guide.pages.toPlainText().startswith("Modelle")
    guide.back.click()
    assert guide.pages.toPlainText().startswith("Konzepte")


def test_a_page_or_picture_that_is_not_translated_is_shown_in_english(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(HELP, tmp_path / "help")
    for name, color in (("library.png", "red"), ("first-run.png", "red"), ("de/first-run.png", "blue")):
        image(color).save(str(tmp_path / "help" / name))
    for name in ("searching.md", "library.png"):
        (tmp_path / "help" / "de" / name).unlink()
    monkeypatch.setattr(paths, "resource", tmp_path.joinpath)
    pages = GuidePages("de")
    qtbot.addWidget(pages)
    pages.show_topic("first-run")
    assert pages.toPlainText().startswith("Erste Schritte")
    for name, color in (("library.png", "red"), ("first-run.png", "blue")):
        shown = pages.loadResource(_IMAGE, pages.source().resolved(name))
        assert shown.pixelColor(5, 5) == QColor(color)
    pages.setSource(pages.source().resolved(QUrl("searching.md")))
    assert pages.toPlainText().startswith("Searching")
    pages.setSource(pages.source().resolved(QUrl("feedback.md")))
    assert pages.toPlainText().startswith("Klicks")
