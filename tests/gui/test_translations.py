"""The window speaks German and Chinese: every text goes through Qt's translation, and each has one."""

from __future__ import annotations

import ast
import re
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialogButtonBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from photolens.gui import languages
from photolens.gui.bridge import Bridge
from photolens.gui.session import Session
from photolens.gui.window import MainWindow
from photolens.gui.window_state import WindowState
from photolens.settings import LANGUAGES, Settings
from tests import translations
from tests.gui.conftest import Speak

GUI = translations.ROOT / "photolens" / "gui"
TRANSLATED = tuple(name for name in LANGUAGES if name not in ("system", languages.ENGLISH))

# What is read by people: words with a capital letter first, or several words.
_READ = re.compile(r"^[\W\d]*[A-Z][a-z]+|[A-Za-z]{2,}[,:;]? +[A-Za-z]{2,}|^, [a-z]+|^ [a-z]{2,}|[a-z]{2,} $")
_KEYS = re.compile(r"^((Ctrl|Alt|Shift)\+)+\S+$|^Esc$")
_NOT_READ = {
    "PhotoLens", "Fusion", "English", "Deutsch", "Del", "Left", "Right", " mm", "Hant",
    "Future[bytes | None]", "safetensors (*.safetensors)",
}  # fmt: skip
_SEEN_BY_LUPDATE = {"tr", "translate", "message", "counted"}
_FOR_DEVELOPERS = {
    "debug", "info", "warning", "error", "exception", "critical", "ValueError", "TypeVar", "DisplayError",
}  # fmt: skip
# Said on the terminal, before there is a Qt to translate it; names of the system's files; a style sheet.
_WITHOUT_TEXTS = {"display.py", "desktop.py", "theme.py"}


def untranslated(source: str) -> list[str]:
    """Texts in this module that people read and that lupdate does not see."""
    tree = ast.parse(source)
    passed: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in _SEEN_BY_LUPDATE | _FOR_DEVELOPERS:
                literal = name == "counted" or all(isinstance(part, ast.Constant) for part in node.args[:1])
                parts = node.args if literal or name in _FOR_DEVELOPERS else node.args[1:]
                passed.update(inner for part in parts for inner in ast.walk(part))
            elif name == "Command":  # its keys
                passed.update(ast.walk(node.args[2]))
            elif name == "QKeySequence":
                passed.update(ast.walk(node))
        elif isinstance(node, ast.Expr):  # docstrings
            passed.add(node.value)
        elif isinstance(node, ast.FunctionDef):
            annotations = [node.returns, *(argument.annotation for argument in node.args.args)]
            passed.update(inner for part in annotations if part for inner in ast.walk(part))
        elif isinstance(node, ast.AnnAssign):
            passed.update(ast.walk(node.annotation))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in passed
        and node.value not in _NOT_READ
        and not _KEYS.match(node.value)
        and _READ.search(node.value)
    ]


def test_every_text_of_the_window_can_be_translated() -> None:
    found = {
        str(file.relative_to(GUI)): texts
        for file in sorted(GUI.rglob("*.py"))
        if file.name not in _WITHOUT_TEXTS and (texts := untranslated(file.read_text(encoding="utf-8")))
    }
    assert not found, "put these through self.tr or QCoreApplication.translate"


@pytest.mark.parametrize(
    "line",
    [
        'label("Nothing found")',
        'button.setToolTip("Remove")',
        'self.say(f"{count} photos are there")',
        'self.tr(f"Removed {name}")',
        'status = name + ", offline"',
        'row = {"dark": "Dark"}',
        'raise PhotoLensError("The disk is full.")',
    ],
)
def test_a_text_past_tr_is_found(line: str) -> None:
    assert untranslated(line)
    assert not untranslated('label(self.tr("Nothing found"), "muted")\nlog.warning("no such file")')


def test_the_files_for_translators_are_up_to_date(tmp_path: Path) -> None:
    for language in TRANSLATED:
        shutil.copy(_ts(language), tmp_path)
    translations.update(tmp_path)
    for language in TRANSLATED:
        fresh = (tmp_path / _ts(language).name).read_text(encoding="utf-8")
        assert fresh == _ts(language).read_text(encoding="utf-8"), "run `make translations`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_has_a_translation_with_the_same_places(language: str) -> None:
    for context, source, forms in _messages(language):
        said = (context, source)
        assert all(form.strip() for form in forms), said
        for form in forms:
            assert _places(form) == _places(source) or (len(forms) > 1 and form == forms[0]), said
            assert form.count("\n") == source.count("\n") and form.endswith("…") == source.endswith("…"), said


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_program_reads_what_the_translators_wrote(qapp: QApplication, language: str) -> None:
    translator = QTranslator()
    assert translator.load(str(_ts(language).with_suffix(".qm")))
    for context, source, forms in _messages(language):
        for n, form in enumerate(forms, 1):
            count = n if len(forms) > 1 or "%Ln" in source else -1
            assert translator.translate(context, source, None, count) == form, "run `make translations`"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("setting", "wanted", "language"),
    [
        ("de", ["fr"], "de"),
        ("en", ["de"], "en"),
        ("system", [], "en"),
        ("system", ["C"], "en"),
        ("system", ["de-AT", "de", "en-US"], "de"),
        ("system", ["fr-CH", "fr", "de-CH", "de"], "de"),
        ("system", ["en-GB", "en", "de"], "en"),
        ("system", ["zh-Hans-CN", "zh-CN", "zh-Hans", "zh"], "zh_CN"),
        ("system", ["zh-SG"], "zh_CN"),
        ("system", ["zh-Hant-TW", "zh-TW", "zh"], "en"),
    ],
)
def test_the_language_is_the_first_wanted_that_there_is(
    setting: str, wanted: list[str], language: str
) -> None:
    assert languages.chosen(setting, wanted) == language


def test_english_loads_nothing(qapp: QApplication, speak: Speak) -> None:
    assert speak("en") == "en"
    assert not qapp.findChildren(QTranslator)


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_in_the_window_stays_english(
    qtbot: QtBot,
    tmp_path: Path,
    speak: Speak,
    language: str,
) -> None:
    speak(language)
    bridge = Bridge()
    session = Session(bridge, tmp_path / "library", Settings())
    window = MainWindow(bridge, session, WindowState(tmp_path / "window.ini"))
    qtbot.addWidget(window)
    try:
        window.dialogs.show_settings()
        window.dialogs.show_shortcuts()
        qtbot.waitUntil(lambda: bool(window.dialogs.settings and window.dialogs.shortcuts))
        kinds = (QLabel, QAbstractButton, QAction)
        texts = {thing.text() for kind in kinds for thing in window.findChildren(kind)}
        english = {
            source for _, source, forms in _messages(language) if forms[0] != source and len(source) > 3
        }
        assert len(texts) > 100
        assert not texts & english
        buttons = window.dialogs.settings.findChild(QDialogButtonBox).findChildren(QPushButton)
        assert "Cancel" not in {button.text().replace("&", "") for button in buttons}, "Qt's own texts"
    finally:
        window.close()
        session.close()
        bridge.close()


def test_numbers_take_the_form_and_the_separators_of_the_language(speak: Speak) -> None:
    speak("de")
    assert QCoreApplication.translate("StatusBar", "%Ln photos", "", 1234) == "1.234 Fotos"
    assert QCoreApplication.translate("StatusBar", "%Ln photos", "", 1) == "1 Foto"


def _ts(language: str) -> Path:
    return translations.TRANSLATIONS / f"photolens_{language}.ts"


def _messages(language: str) -> Iterator[tuple[str, str, list[str]]]:
    """Context, English text and its translations, one per plural form; unfinished ones as empty."""
    for context in ElementTree.parse(_ts(language)).iter("context"):
        name = context.findtext("name") or ""
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
            unfinished = translation.get("type") is not None
            yield name, message.findtext("source") or "", [""] if unfinished else forms


def _places(text: str) -> list[str]:
    return sorted(re.findall(r"%(?:L?n|\d)|\{\w+\}", text))
