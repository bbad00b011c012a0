"""The user guide: it opens, leads everywhere, and speaks of what there is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photolens.embedding.models import KNOWN_MODELS
from photolens.gui import commands as commands_module
from photolens.gui.commands import GRID_KEYS
from photolens.gui.guide import TOPICS, guide_file, page_text, page_title
from photolens.gui.guide_window import GuideWindow
from photolens.gui.theme import DARK, LIGHT, Theme
from photolens.gui.window import MainWindow
from photolens.search import parse
from tests.gui.hands import wait

HELP = guide_file("first-run.md").parent
_MOST_BYTES = 650_000  # of the pictures in one language
KEY = re.compile(r"(?:(?:Ctrl|Shift|Alt)\+)*(?:F\d+|[A-Z]|[?/]|Ctrl|Esc|Del|Return|Home|[+,0-9-])")


@pytest.fixture
def guide(qapp: QApplication, qtbot: QtBot) -> Iterator[GuideWindow]:
    made = GuideWindow()
    qtbot.addWidget(made)
    made.show_topic()
    return made


def words_of_the_window() -> str:
    """Every text in the sources of the window."""
    found = [info.title for info in KNOWN_MODELS.values()]
    for file in Path(commands_module.__file__).parent.rglob("*.py"):
        nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        found += [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return "\n".join(found)


def keys_of_the_window(window: MainWindow) -> set[str]:
    portable = QKeySequence.SequenceFormat.PortableText
    keys = {k.toString(portable) for name in window.commands for k in window.commands[name].shortcuts()}
    return keys | {"Del"} | {part for _, keys in GRID_KEYS for part in keys.split(", ")}


def test_every_page_is_in_the_list_of_topics() -> None:
    assert {file.stem for file in HELP.glob("*.md")} == set(TOPICS)
    assert len({page_title(topic) for topic in TOPICS}) == len(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_links_and_pictures_of_a_page_exist(topic: str) -> None:
    targets = re.findall(r"\]\(([^)]+)\)", page_text(topic))
    assert targets or topic == "privacy"
    for target in targets:
        assert (HELP / target).is_file(), target
        if target.endswith(".png"):
            assert (HELP / target.replace(".png", "-dark.png")).is_file(), target


@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_quotes_words_that_stand_in_the_window(topic: str) -> None:
    said = words_of_the_window()
    quoted = {" ".join(part.split()) for part in re.findall(r"\*\*([^*]+)\*\*", page_text(topic))}
    assert {part for part in quoted if part not in said} <= {"Everything stays on this computer."}


@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_names_keys_that_work_and_words_that_can_be_typed(
    topic: str, gallery_window: MainWindow
) -> None:
    keys = keys_of_the_window(gallery_window)
    for code in re.findall(r"`([^`]+)`", page_text(topic)):
        if code.startswith("photolens/"):
            continue
        if KEY.fullmatch(code):
            assert code in keys, code
        else:
            query = parse(code)
            assert bool(query.filters) == bool(re.search(r"\b[a-z]+:", code)), code


def test_pictures_are_all_used_and_small() -> None:
    pictures = sorted(HELP.glob("*.png"))
    used = {name for topic in TOPICS for name in re.findall(r"\(([^)]+\.png)\)", page_text(topic))}
    assert {file.name.replace("-dark", "") for file in pictures} == used
    assert sum(file.stat().st_size for file in pictures) < _MOST_BYTES


@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_is_shown_with_its_pictures_no_wider_than_the_window(
    guide: GuideWindow, qtbot: QtBot, topic: str
) -> None:
    guide.resize(620, 500)
    guide.show_topic(topic)
    assert guide.pages.toPlainText().startswith(page_title(topic))
    assert guide.topics.currentItem().text() == page_title(topic)
    wait(qtbot, lambda: guide.pages.horizontalScrollBar().maximum() == 0)
    guide.resize(1200, 700)
    wait(qtbot, lambda: guide.pages.horizontalScrollBar().maximum() == 0)


def picture(guide: GuideWindow, name: str) -> QImage:
    image = guide.pages.loadResource(2, guide.pages.source().resolved(name))
    assert isinstance(image, QImage)
    return image


def test_a_picture_follows_the_width_and_the_theme(guide: GuideWindow, qapp: QApplication) -> None:
    guide.resize(1400, 700)
    wide = picture(guide, "first-run.png")
    assert wide.width() == QImage(str(HELP / "first-run.png")).width()
    guide.resize(640, 500)
    assert picture(guide, "first-run.png").width() < wide.width()
    theme = Theme(qapp, "light")
    light = picture(guide, "first-run.png").pixelColor(5, 200).lightnessF()
    theme.choose("dark")
    dark = picture(guide, "first-run.png").pixelColor(5, 200).lightnessF()
    theme.choose("system")
    theme.close()
    assert light > 0.9 and dark < 0.2
    assert LIGHT.window != DARK.window


def test_nothing_outside_the_guide_is_read(guide: GuideWindow, tmp_path: Path) -> None:
    outside = tmp_path / "secret.md"
    outside.write_text("# Elsewhere")
    for name in (outside.as_uri(), "https://example.org/page.md", "../models/README.md"):
        assert guide.pages.loadResource(4, guide.pages.source().resolved(name)) is None


def test_links_lead_on_and_back_leads_back(guide: GuideWindow, qtbot: QtBot) -> None:
    assert guide.pages.topic == "first-run" and not guide.back.isEnabled()
    guide.pages.setSource(guide.pages.source().resolved("models.md"))
    assert guide.topics.currentRow() == TOPICS.index("models")
    guide.back.click()
    assert guide.pages.topic == "first-run" and guide.topics.currentRow() == 0
    qtbot.keyClick(guide.topics, Qt.Key.Key_Down)
    assert guide.pages.topic == TOPICS[1]
    qtbot.keyClick(guide, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    wait(qtbot, lambda: guide.pages.topic == "first-run")


def test_words_are_found_on_this_page_and_then_on_the_others(guide: GuideWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(guide.field, "encrypted")
    assert guide.found.text() == "On another page: press Enter"
    qtbot.keyClick(guide.field, Qt.Key.Key_Return)
    assert guide.pages.topic == "privacy"
    assert guide.pages.textCursor().selectedText() == "encrypted"
    assert guide.found.text() == "1 on this page"
    guide.field.setText("xylophone")
    assert guide.found.text() == "Not in the guide"
    guide.find_next()
    assert guide.pages.topic == "privacy"


def test_every_place_is_passed_in_turn_both_ways(guide: GuideWindow) -> None:
    guide.field.setText("backup")
    passed: list[tuple[str, int]] = []
    for backward in (False, True):
        for _ in range(4):
            guide.find_next(backward=backward)
            assert guide.pages.textCursor().selectedText().lower() == "backup"
            passed.append((guide.pages.topic, guide.pages.textCursor().selectionStart()))
    assert len(set(passed[:4])) == 4
    assert passed[4:7] == passed[2::-1]


def test_f1_opens_it_and_the_window_takes_it_along(gallery_window: MainWindow, qtbot: QtBot) -> None:
    gallery_window.grid.setFocus()
    qtbot.keyClick(gallery_window.grid, Qt.Key.Key_F1)
    guide = gallery_window.dialogs.guide
    assert guide is not None and guide.isVisible() and guide.pages.topic == "first-run"
    wait(qtbot, guide.isActiveWindow)
    guide.field.setFocus()
    guide.field.setText("folder")
    qtbot.keyClick(guide.field, Qt.Key.Key_Escape)
    assert guide.field.text() == "" and guide.isVisible()
    qtbot.keyClick(guide.pages, Qt.Key.Key_Escape)
    wait(qtbot, guide.isHidden)
    gallery_window.dialogs.show_guide("folders")
    assert guide.isVisible() and guide.pages.topic == "folders"
    gallery_window.close()
    assert guide.isHidden()


def test_f1_in_the_settings_opens_the_page_about_the_tab(gallery_window: MainWindow, qtbot: QtBot) -> None:
    gallery_window.commands["settings"].trigger()
    settings = gallery_window.dialogs.settings
    assert settings is not None
    for tab, topic in ((0, "folders"), (1, "models")):
        settings.tabs.setCurrentIndex(tab)
        settings.activateWindow()
        wait(qtbot, settings.isActiveWindow)
        qtbot.keyClick(settings, Qt.Key.Key_F1)
        guide = gallery_window.dialogs.guide
        assert guide is not None
        wait(qtbot, lambda guide=guide, topic=topic: guide.isVisible() and guide.pages.topic == topic)
