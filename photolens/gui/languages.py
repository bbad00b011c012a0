"""The language of the window: which one, and its texts. English is in the code and loads nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from photolens import paths

log = logging.getLogger(__name__)

ENGLISH = "en"
_TRADITIONAL = ("Hant", "TW", "HK", "MO")


def chosen(setting: str, wanted: Sequence[str]) -> str:
    """The language to use: that of the setting, for "system" the first of `wanted` that there is.

    `wanted` are names as QLocale.uiLanguages gives them, such as de-AT or zh-Hans-CN.
    """
    if setting != "system":
        return setting
    for name in wanted:
        language, *rest = name.replace("_", "-").split("-")
        if language in (ENGLISH, "de"):
            return language
        if language == "zh" and not set(rest) & set(_TRADITIONAL):
            return "zh_CN"
        if language == "zh":  # a bare zh may follow, which is no wish for simplified characters
            return ENGLISH
    return ENGLISH


def use(application: QApplication, setting: str) -> str:
    """Install the texts of PhotoLens and of Qt's own buttons; returns the language. Before any widget.

    A language that was chosen by hand brings its dates, numbers and direction with it.
    """
    language = chosen(setting, QLocale.system().uiLanguages() if setting == "system" else ())
    if setting != "system":
        QLocale.setDefault(QLocale(language))
    if language == ENGLISH:
        return language
    folders = {
        "qtbase": QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
        "photolens": str(paths.resource("translations")),
    }
    for name, folder in folders.items():
        translator = QTranslator(application)
        translator.setObjectName(name)
        if translator.load(f"{name}_{language}", folder):
            application.installTranslator(translator)
        else:
            log.warning("no texts of %s in %s", name, language)
    application.setLayoutDirection(QLocale(language).textDirection())
    return language


def in_use(application: QApplication) -> str:
    """The language of the texts that `use` has installed."""
    texts = application.findChild(QTranslator, "photolens")
    return texts.language() if texts is not None else ENGLISH
