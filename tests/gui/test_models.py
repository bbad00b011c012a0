"""Models in the settings: the table, a download with its licence, import, use, remove, forget."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from photolens import paths, settings
from photolens.embedding import KNOWN_MODELS, installed_models
from photolens.embedding.installing import import_model
from photolens.gui.model_page import ModelPage
from photolens.gui.settings_dialog import SettingsDialog
from photolens.gui.window import MainWindow
from photolens.settings import Settings
from tests.gui.conftest import WaitForPhotos
from tests.gui.hands import answer_question, wait
from tests.gui.test_accessibility import assert_accessible, nameless
from tests.gui.test_settings import _CANCEL, _SAVE, click, open_settings, saved
from tests.model_server import TINY, TINY_PATH, TINY_WEIGHTS, ModelServer, Served, tiny_model_server
from tests.models import second_model

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    with tiny_model_server(monkeypatch) as running:
        yield running


def open_page(qtbot: QtBot, window: MainWindow) -> tuple[SettingsDialog, ModelPage]:
    dialog = open_settings(qtbot, window)
    dialog.tabs.setCurrentWidget(dialog.models)
    wait(qtbot, lambda: dialog.models.table.rowCount() >= len(KNOWN_MODELS))
    return dialog, dialog.models


def choose(page: ModelPage, name: str) -> None:
    (row,) = (row for row, fact in enumerate(page._facts) if fact.name == name)
    page.table.setCurrentCell(row, 0)


def press(qtbot: QtBot, button: QPushButton) -> None:
    assert button.isEnabled()
    qtbot.mouseClick(button, _LEFT)


def cells(page: ModelPage, name: str) -> list[str]:
    (row,) = (row for row, fact in enumerate(page._facts) if fact.name == name)
    items = [page.table.item(row, column) for column in range(page.table.columnCount())]
    return [item.text() if item else "" for item in items]


@pytest.fixture
def mini_two(tmp_path: Path) -> str:
    """A second model, installed."""
    second_model(tmp_path / "model")
    name = import_model(tmp_path / "model").name
    shutil.rmtree(tmp_path / "model")
    return name


def test_the_table_says_what_there_is(gallery_window: MainWindow, qtbot: QtBot) -> None:
    _, page = open_page(qtbot, gallery_window)
    assert cells(page, "photolens-mini") == ["PhotoLens mini", "In use", "English", "CC BY-NC 4.0", "", "40"]
    assert cells(page, "ViT-B-32-256/datacomp_s34b_b86k")[1] == "605 MB to download"
    choose(page, "photolens-mini")
    assert "not for commercial use" in page.about.text()
    for button in (page.use, page.install, page.remove, page.forget):
        assert not button.isEnabled()
    choose(page, "ViT-B-32-SigLIP2-256/webli")
    assert "about 100" in page.about.text() and "788 MB on disk" in page.about.text()
    assert page.install.isEnabled() and not page.use.isEnabled()
    assert nameless(page.window()) == []


@pytest.mark.parametrize("tab", [0, 1])
def test_the_dialog_is_as_wide_as_the_table_needs(gallery_window: MainWindow, qtbot: QtBot, tab: int) -> None:
    dialog, page = open_page(qtbot, gallery_window)
    screen, bar = dialog.screen().availableGeometry(), page.table.horizontalScrollBar()
    wait(qtbot, lambda: bar.maximum() == 0)
    before, height = dialog.width(), dialog.height()
    assert before < screen.width()
    dialog.tabs.setCurrentIndex(tab)
    for name, fits in (("Perception Encoder of mine", True), ("m" * 60, False)):
        known = [replace(fact.info, title=name) for fact in page._facts if fact.info]
        longer = [replace(fact, info=info) for fact, info in zip(page._facts, known, strict=True)]
        page.show_models(longer, writable=True)
        dialog.tabs.setCurrentWidget(page)
        qtbot.wait(50)
        assert before < dialog.width() <= screen.width() and dialog.height() == height
        assert (bar.maximum() == 0) is fits
        assert screen.contains(dialog.geometry())


def test_a_width_that_the_user_has_chosen_stays(gallery_window: MainWindow, qtbot: QtBot) -> None:
    dialog, page = open_page(qtbot, gallery_window)
    dialog.resize(dialog.width() + 10, dialog.height())
    chosen = dialog.width()
    page.show_models([replace(fact, name="m" * 40, info=None) for fact in page._facts], writable=True)
    qtbot.wait(50)
    assert dialog.width() == chosen


def test_a_model_is_downloaded_after_its_licence_was_shown(
    gallery_window: MainWindow, qtbot: QtBot, server: ModelServer
) -> None:
    dialog, page = open_page(qtbot, gallery_window)
    page.mirror.setText(server.url)
    choose(page, TINY)
    asked: list[str] = []
    answer_question("Cancel", asked)
    press(qtbot, page.install)
    assert "Research only, https://example.org/licence" in asked[0] and "for research only" in asked[0]
    assert server.url in asked[0]
    assert server.asked == [] and not page._installer.name
    answer_question("Download", asked)
    press(qtbot, page.install)
    wait(qtbot, lambda: TINY in installed_models() and cells(page, TINY)[1] == "Installed")
    assert "is installed" in page.state.text() and page.progress.isHidden()
    assert page.use.isEnabled() and page.remove.isEnabled() and not page.install.isEnabled()
    click(qtbot, dialog, _CANCEL)
    assert not paths.settings_file().exists()  # the mirror was for this download, and not saved


def test_a_download_is_stopped_and_goes_on(
    gallery_window: MainWindow, qtbot: QtBot, server: ModelServer
) -> None:
    server.files[TINY_PATH] = Served(TINY_WEIGHTS, stalls=[1_200_000])
    _, page = open_page(qtbot, gallery_window)
    page.mirror.setText(server.url)
    choose(page, TINY)
    answer_question("Download", [])
    press(qtbot, page.install)
    wait(qtbot, lambda: page.progress.isVisible() and "Downloading: 1.2 MB" in page.state.text())
    assert not page.install.isEnabled() and not page.file.isEnabled()
    assert_accessible(page.window())
    press(qtbot, page.stop)
    wait(qtbot, page.progress.isHidden)
    wait(qtbot, lambda: cells(page, TINY)[1] == "1 MB of 2 MB there")
    assert "What was downloaded is kept" in page.state.text()
    assert page.install.text() == "Go on…" and page.remove.isEnabled()
    answer_question("Download", [])
    press(qtbot, page.install)
    wait(qtbot, lambda: TINY in installed_models())
    assert server.asked[-1] == (TINY_PATH, "bytes=1200000-")


def test_a_download_goes_on_when_the_settings_are_closed(
    gallery_window: MainWindow, qtbot: QtBot, server: ModelServer
) -> None:
    server.files[TINY_PATH] = Served(TINY_WEIGHTS, slow_seconds=0.0005)
    dialog, page = open_page(qtbot, gallery_window)
    page.mirror.setText(server.url)
    choose(page, TINY)
    answer_question("Download", [])
    press(qtbot, page.install)
    click(qtbot, dialog, _CANCEL)
    wait(qtbot, gallery_window.message.isVisible)
    assert "tiny/test is installed" in gallery_window.message.label.text()


def test_closing_the_window_ends_a_download(
    gallery_window: MainWindow, qtbot: QtBot, server: ModelServer
) -> None:
    server.files[TINY_PATH] = Served(TINY_WEIGHTS, stalls=[1000])
    dialog, page = open_page(qtbot, gallery_window)
    page.mirror.setText(server.url)
    choose(page, TINY)
    answer_question("Download", [])
    press(qtbot, page.install)
    wait(qtbot, lambda: bool(server.asked))
    click(qtbot, dialog, _CANCEL)
    gallery_window.close()  # that no thread is left is checked after every test
    assert TINY not in installed_models()


def test_what_goes_wrong_with_a_download_is_said(
    gallery_window: MainWindow, qtbot: QtBot, server: ModelServer
) -> None:
    del server.files[TINY_PATH]
    _, page = open_page(qtbot, gallery_window)
    choose(page, TINY)
    for address, said in ((server.url, "does not have the file"), ("nonsense", "`mirror` must be")):
        page.mirror.setText(address)
        answer_question("Download", [])
        press(qtbot, page.install)
        wait(qtbot, lambda said=said: said in page.state.text())
        wait(qtbot, page.install.isEnabled)


def test_a_model_is_imported_and_used_while_the_one_before_answers(
    gallery_window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wait_for_photos: WaitForPhotos,
) -> None:
    window = gallery_window
    second_model(tmp_path / "model")
    file = tmp_path / "model" / "mini-two.safetensors"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(file), ""))
    dialog, page = open_page(qtbot, window)
    press(qtbot, page.file)
    wait(qtbot, lambda: any(fact.name == "mini-two" and fact.installed for fact in page._facts))
    choose(page, "mini-two")
    press(qtbot, page.use)
    assert cells(page, "mini-two")[1] == "Used once saved"
    assert cells(page, "photolens-mini")[1] == "In use until saved"
    assert "read again, in the background" in page.state.text()
    before = window.library
    click(qtbot, dialog, _SAVE)
    wait(qtbot, lambda: not dialog.isVisible())
    wait(qtbot, lambda: window.library is not None and window.library is not before)
    wait(qtbot, lambda: saved() == Settings(model="mini-two"))
    wait_for_photos(window, 40)

    library = window.library
    assert library is not None and library.wait_idle(60)
    dialog, page = open_page(qtbot, window)
    wait(qtbot, lambda: cells(page, "mini-two")[5] == "40")
    assert cells(page, "mini-two")[1] == "In use"
    choose(page, "photolens-mini")
    asked: list[str] = []
    answer_question("Forget", asked)
    press(qtbot, page.forget)
    assert "40 photos" in asked[0] and "has read 40" in asked[0] and "concepts stay" in asked[0]
    wait(qtbot, lambda: cells(page, "photolens-mini")[5] == "")
    assert [model.name for model in library.models()] == ["mini-two"]
    click(qtbot, dialog, _CANCEL)


def test_the_keyboard_is_enough(gallery_window: MainWindow, qtbot: QtBot, mini_two: str) -> None:
    dialog, page = open_page(qtbot, gallery_window)
    page.table.setFocus()
    while (current := page.current()) is None or current.name != mini_two:
        qtbot.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert page.chosen == mini_two
    assert dialog.isVisible() and dialog.isEnabled()  # it did not press Save, too


def test_a_model_is_removed(gallery_window: MainWindow, qtbot: QtBot, mini_two: str) -> None:
    _, page = open_page(qtbot, gallery_window)
    choose(page, mini_two)
    for answer, left in (("Cancel", True), ("Remove", False)):
        answer_question(answer, [])
        press(qtbot, page.remove)
        wait(qtbot, lambda left=left: (mini_two in installed_models()) == left)
    wait(qtbot, lambda: all(fact.name != mini_two for fact in page._facts))


def test_speed_is_measured(gallery_window: MainWindow, qtbot: QtBot) -> None:
    _, page = open_page(qtbot, gallery_window)
    choose(page, "photolens-mini")
    press(qtbot, page.measure)
    assert "Measuring" in page.state.text()
    wait(qtbot, lambda: "photos/s" in cells(page, "photolens-mini")[4])


def test_a_model_that_is_damaged_is_not_taken_into_use(
    gallery_window: MainWindow, qtbot: QtBot, mini_two: str
) -> None:
    window, before = gallery_window, gallery_window.library
    dialog, page = open_page(qtbot, window)
    choose(page, mini_two)
    press(qtbot, page.use)
    (weights,) = paths.models_dir().rglob("*.safetensors")
    with weights.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"?")
    click(qtbot, dialog, _SAVE)
    wait(qtbot, dialog.error.isVisible)
    assert "damaged" in dialog.error.text()
    assert dialog.isVisible() and dialog.isEnabled()
    assert window.session.settings == Settings() and window.library is before
    assert not paths.settings_file().exists()
    choose(page, "photolens-mini")
    press(qtbot, page.use)
    click(qtbot, dialog, _SAVE)
    wait(qtbot, lambda: not dialog.isVisible())


def test_weights_given_by_hand_stay_with_their_model(
    gallery_window: MainWindow, qtbot: QtBot, mini_two: str
) -> None:
    session = gallery_window.session
    session.settings = replace(session.settings, model="mine", weights="/somewhere/mine.safetensors")
    dialog, page = open_page(qtbot, gallery_window)
    choose(page, "mine")
    assert "mine" in page.about.text() and "mine.safetensors" in page.about.text()
    assert dialog.settings().weights == "/somewhere/mine.safetensors"
    choose(page, mini_two)
    press(qtbot, page.use)
    assert (dialog.settings().model, dialog.settings().weights) == (mini_two, "")


def test_addresses_are_saved(gallery_window: MainWindow, qtbot: QtBot) -> None:
    dialog, page = open_page(qtbot, gallery_window)
    page.mirror.setText("models.example.org")
    click(qtbot, dialog, _SAVE)
    wait(qtbot, dialog.error.isVisible)
    page.mirror.setText(" https://models.example.org ")
    page.proxy.setText("http://proxy:8080")
    click(qtbot, dialog, _SAVE)
    wait(qtbot, lambda: not dialog.isVisible())
    loaded = Settings(mirror="https://models.example.org", proxy="http://proxy:8080")
    wait(qtbot, lambda: settings.load(paths.settings_file()).settings == loaded)
    assert QApplication.activeModalWidget() is None
