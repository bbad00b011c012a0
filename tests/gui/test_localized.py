"""What comes from below the window is said in its language: errors, reasons, events, sizes and durations."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from photolens.domain import IngestTrouble, Notice
from photolens.errors import QueryError
from photolens.gui import model_words
from photolens.gui.localized import duration, file_size, localized
from photolens.gui.model_facts import model_facts
from photolens.messages import Size, counted, message, plain
from photolens.search.query import parse
from photolens.settings import Settings
from tests.gui.conftest import Speak
from tests.gui.hands import Windows, wait, wait_for_answer, wait_for_message


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["1 photo", "1,234 photos", "0 photos"]),
        ("de", ["1 Foto", "1.234 Fotos", "0 Fotos"]),
        ("zh_CN", ["1 张照片", "1,234 张照片", "0 张照片"]),
    ],
)
def test_a_number_decides_the_form(speak: Speak, language: str, said: list[str]) -> None:
    speak(language)
    texts = [counted("{count} photo", "{count} photos", count=count) for count in (1, 1234, 0)]
    assert [localized(text) for text in texts] == said


def test_values_are_in_the_language_too(speak: Speak) -> None:
    speak("de")
    assert (
        localized(message("The file is larger than {limit} MB.", limit=2048))
        == "Die Datei ist größer als 2.048 MB."
    )
    text = message(
        "There is no room for the model in {folder}: {needed} are needed for the download, {free} are free. "
        "Make room and try again.",
        folder=Path("/models"),
        needed=Size(1_234_000_000),
        free=Size(312_000),
    )
    assert "/models" in localized(text) and "1,2 GB" in localized(text) and "312 kB" in localized(text)
    held = message(
        "of {time} ({photos}, {concepts})",
        time=datetime.now(UTC),
        photos=counted("{count} photo", "{count} photos", count=1),
        concepts=counted("{count} concept", "{count} concepts", count=12),
    )
    assert localized(held).startswith("von heute, ") and localized(held).endswith("(1 Foto, 12 Konzepte)")


def test_other_texts_stay_as_they_are(speak: Speak) -> None:
    speak("de")
    assert localized(plain("IMG_1.jpg")) == "IMG_1.jpg"
    assert localized("as it was") == "as it was"
    assert localized(message("No translator has seen {this}.", this="this")) == "No translator has seen this."
    assert localized(ValueError("odd")) == "odd"


@pytest.mark.parametrize(
    ("typed", "german", "chinese"),
    [
        ("type:?", "„?“ ist kein Dateityp", "“?”不是文件类型"),
        ("since:soon", "since:2019, since:2019-07 oder since:2019-07-14.", "或 since:2019-07-14。"),
        ("folde:x", "Es gibt keinen Filter „folde:“. Meinten Sie folder:x?", "您是指 folder:x 吗？"),
    ],
)  # fmt: skip
def test_a_slip_in_a_search_is_explained(speak: Speak, typed: str, german: str, chinese: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(typed)
    speak("de")
    assert german in localized(caught.value)
    speak("zh_CN")
    assert chinese in localized(caught.value)


@pytest.mark.parametrize(
    ("size", "english", "german", "chinese"),
    [
        (1, "1 byte", "1 Byte", "1 字节"),
        (999, "999 bytes", "999 Byte", "999 字节"),
        (312_345, "312 kB", "312 kB", "312 kB"),
        (999_960, "1.0 MB", "1,0 MB", "1.0 MB"),
        (4_200_000, "4.2 MB", "4,2 MB", "4.2 MB"),
        (1_234_567_890, "1.2 GB", "1,2 GB", "1.2 GB"),
    ],
)
def test_sizes(speak: Speak, size: int, english: str, german: str, chinese: str) -> None:
    for language, said in (("en", english), ("de", german), ("zh_CN", chinese)):
        speak(language)
        assert file_size(size) == said


@pytest.mark.parametrize(
    ("seconds", "german", "chinese"),
    [
        (0.2, "unter einer Sekunde", "不到 1 秒"),
        (8, "8 s", "8 秒"),
        (200, "3 min", "3 分钟"),
        (7500, "2 h 5 min", "2 小时 5 分钟"),
    ],
)
def test_durations(speak: Speak, seconds: float, german: str, chinese: str) -> None:
    speak("de")
    assert duration(seconds) == german
    speak("zh_CN")
    assert duration(seconds) == chinese


def test_models_are_described(speak: Speak) -> None:
    speak("de")
    facts = model_facts(Settings(), None)
    texts = [model_words.description(fact, Settings()) for fact in facts if fact.info]
    assert texts[0].startswith("Eingebaut: schnell und klein")
    assert "Sprachen: Englisch" in texts[0] and "nicht für kommerzielle Zwecke" in texts[0]
    languages_shown = {model_words.cells(fact, "", "")[2] for fact in facts if fact.info}
    assert languages_shown == {"Englisch", "etwa 100"}


def test_reasons_are_german_in_the_window_and_english_below(
    open_window: Windows, speak: Speak, album: Path, qtbot: QtBot
) -> None:
    """They went through a process that reads pictures, and through the catalog."""
    with closing(sqlite3.connect(album / "library" / "catalog.db")) as db, db:
        db.execute(
            "INSERT INTO failures SELECT id, 'damaged', 'As it was said of old.', 1, '2026-01-01', 0, NULL"
            " FROM files WHERE name = ? ",
            [b"photo_00.jpg"],
        )
        db.execute("UPDATE files SET state = 'failed' WHERE name = ?", [b"photo_00.jpg"])
    speak("de")
    window = open_window(library=album / "library")
    wait(qtbot, lambda: window.status.failures.isVisible())
    assert window.library is not None
    reasons = {file.reason for file in window.library.failures()}
    window.commands["failures"].trigger()
    dialog = window.dialogs.failures
    assert dialog is not None
    table = dialog.table.model()
    wait(qtbot, lambda: table.rowCount() == 3)
    shown = {table.index(row, 1).data() for row in range(3)}
    assert reasons == {"This is not a picture.", "The file is empty.", "As it was said of old."}
    assert shown == {"Das ist kein Bild.", "Die Datei ist leer.", "As it was said of old."}
    dialog.search.setText("leer")
    assert table.rowCount() == 1


def test_errors_and_events_are_german_in_the_window(
    open_window: Windows, speak: Speak, album: Path, qtbot: QtBot
) -> None:
    speak("de")
    window = open_window(library=album / "library")
    wait_for_answer(qtbot, window)
    window.search.edit.setText("type:?")
    qtbot.keyClick(window.search.edit, Qt.Key.Key_Return)
    wait(qtbot, lambda: "ist kein Dateityp" in window.search._error.text())
    window.session.add_folders([str(album / "gone")])
    wait_for_message(qtbot, window, "Es gibt keinen Ordner")
    window.bridge.hear(Notice(message("Searching with the new model now.")))
    wait_for_message(qtbot, window, "Ab jetzt wird mit dem neuen Modell gesucht.")
    window.bridge.hear(
        IngestTrouble(message("Indexing cannot go on: {reason}.", reason=message("Input/output error")))
    )
    wait(
        qtbot,
        lambda: (
            [row.label.text() for row in window.notices.rows]
            == ["Das Einlesen kann nicht weitergehen: Ein-/Ausgabefehler."]
        ),
    )
