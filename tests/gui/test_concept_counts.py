"""Numbers beside concepts: strong matches, what is new of them, and when they are counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from photolens.domain import Concept
from photolens.gui import concept_counts, window_concepts
from photolens.gui.concept_counts import ConceptCounts
from photolens.gui.side_tree import COUNT, FRESH
from photolens.gui.window import MainWindow
from photolens.library import Library
from photolens.search import parse
from tests.gui.concept_hands import (
    answer_dialog,
    click,
    dialog_of,
    library_of,
    marked,
    row,
    save,
    wait_for_names,
)
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import Windows, activate, drop, urls, wait, wait_for_answer
from tests.photos import make_photo


@pytest.fixture
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, without the pauses that leave the user's searches the machine."""
    monkeypatch.setattr(concept_counts, "_AGAIN_MS", 50)
    monkeypatch.setattr(concept_counts, "_BUSY_MS", 50)
    monkeypatch.setattr(window_concepts, "_TYPING_S", 0.1)


def strong(library: Library, concept: Concept) -> int:
    sections = library.search_later(concept.query, limit=1).result().sections
    return sections.liked + sections.strong


def test_a_row_counts_strong_matches_and_says_what_is_new(
    in_a_hurry: None, gallery_window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window, library = gallery_window, library_of(gallery_window)
    assert drop(window, urls(make_photo(tmp_path / "mine.jpg", 14)))  # a picture of no photo here
    wait(qtbot, lambda: len(window.browser.page.pictures) == 1)
    wait_for_answer(qtbot, window, asked=True)
    window.commands["save-concept"].trigger()
    assert dialog_of(window).note.text() == "It keeps: 1 picture."
    answer_dialog(qtbot, window, "Alike")
    wait(qtbot, lambda: marked(window) == "Alike")
    (concept,) = library.concepts()
    wait(qtbot, lambda: row(window, "Alike").data(0, COUNT) == strong(library, concept))
    assert row(window, "Alike").data(0, FRESH) == 0
    assert not window.commands["update-concept"].isEnabled()  # although it holds a copy of the picture
    before = row(window, "Alike").data(0, COUNT)
    activate(qtbot, window)
    window.commands["all-photos"].trigger()
    wait_for_answer(qtbot, window, asked=False)
    for darker in range(6):
        make_darker(tmp_path / "mine.jpg", tmp_path / "More" / f"again_{darker}.png", darker)
    library.add_folder(tmp_path / "More")
    wait(qtbot, lambda: row(window, "Alike").data(0, COUNT) == strong(library, concept) > before)
    item = row(window, "Alike")
    fresh, count = item.data(0, FRESH), item.data(0, COUNT)
    assert fresh == count - before > 0
    said = item.data(0, Qt.ItemDataRole.AccessibleTextRole)
    assert said == f"Alike, {count} best matches, {fresh} new"
    click(qtbot, window, "Alike")
    wait(qtbot, lambda: row(window, "Alike").data(0, FRESH) == 0)
    assert row(window, "Alike").data(0, COUNT) == count


def make_darker(source: Path, target: Path, steps: int) -> None:
    target.parent.mkdir(exist_ok=True)
    with Image.open(source) as image:
        image.point(lambda value: max(0, value - 1 - steps)).save(target)


def test_what_was_seen_is_remembered_over_the_end(
    in_a_hurry: None,
    open_window: Windows,
    gallery_library: Path,
    qtbot: QtBot,
    wait_for_photos: WaitForPhotos,
) -> None:
    window = open_window(library=gallery_library)
    wait_for_photos(window, 40)
    save(qtbot, window, "harbour", "Harbours")
    wait(qtbot, lambda: row(window, "Harbours").data(0, COUNT) is not None)
    count = row(window, "Harbours").data(0, COUNT)
    concept = window.concepts.concepts[0]
    key = f"concepts/{concept.id}-{concept.created_at:%Y%m%d%H%M%S}"
    assert window.state.number(key, -1) == count
    window.state.set(key, count - 1)  # as if one had come since
    open_window.close(window)
    again = open_window(library=gallery_library)
    wait_for_photos(again, 40)
    wait_for_names(qtbot, again, "Harbours")
    wait(qtbot, lambda: row(again, "Harbours").data(0, COUNT) == count)
    assert row(again, "Harbours").data(0, FRESH) == 1


def test_nothing_is_counted_while_the_user_types(gallery_window: MainWindow, qtbot: QtBot) -> None:
    window = gallery_window
    save(qtbot, window, "harbour", "Harbours")
    asked = window.concepts._calm
    window.search.edit.setFocus()
    qtbot.keyClicks(window.search.edit, " at")
    wait(qtbot, lambda: window.browser.page.text == "harbour at")
    assert not asked()
    wait_for_answer(qtbot, window)
    assert not asked()  # another word may follow
    wait(qtbot, asked)


def test_one_is_counted_after_the_other_and_none_while_the_user_waits(
    gallery_window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concept_counts, "_BUSY_MS", 20)
    monkeypatch.setattr(concept_counts, "_FIRST_MS", 20)
    monkeypatch.setattr(concept_counts, "_AGAIN_MS", 300)
    library, calm, counted = library_of(gallery_window), [False], list[tuple[int, int]]()
    concepts = [library.save_concept(text, parse(text)) for text in ("harbour", "beach", "night")]
    counts = ConceptCounts(gallery_window.bridge, lambda: calm[0], gallery_window)
    counts.counted.connect(lambda concept_id, count: counted.append((concept_id, count)))
    counts.use(library)
    counts.forget(concept.id for concept in concepts)
    qtbot.wait(200)
    assert counted == []
    calm[0] = True
    wait(qtbot, lambda: counted == [(concept.id, strong(library, concept)) for concept in concepts])
    counted.clear()
    counts.photos_changed(concept.id for concept in concepts)
    counts.photos_changed(concept.id for concept in concepts)  # as while many are read
    qtbot.wait(100)
    assert counted == []
    wait(qtbot, lambda: len(counted) == 1)
    library.delete_concept(concepts[1].id)  # before its turn
    wait(qtbot, lambda: [concept_id for concept_id, _ in counted] == [concepts[0].id, concepts[2].id])
