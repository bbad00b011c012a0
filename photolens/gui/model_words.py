"""What the settings say of a model."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication, QLocale

from photolens import words
from photolens.embedding import ModelInfo
from photolens.gui.localized import localized
from photolens.gui.model_facts import ModelFacts
from photolens.settings import Settings

translate = QCoreApplication.translate


def title(fact: ModelFacts) -> str:
    """What to call it."""
    return fact.info.title if fact.info else words.printable(fact.name)


def size(megabytes: int) -> str:
    """As file managers write it, without a fraction that nobody knows."""
    decimals = 0 if megabytes < 1000 else 1
    return QLocale().formattedDataSize(
        megabytes * 1_000_000, decimals, QLocale.DataSizeFormat.DataSizeSIFormat
    )


def cells(fact: ModelFacts, in_use: str, chosen: str) -> tuple[str, ...]:
    """One row of the table: model, state, languages, licence, speed, photos read.

    `in_use` and `chosen` are names: what the settings in force say, and those in the dialog.
    """
    info, rate, locale = fact.info, fact.photos_per_second, QLocale()
    speed = "" if rate is None else locale.toString(rate, "f", 0 if rate >= 10 else 1)
    return (
        title(fact),
        _state(fact, in_use, chosen),
        _first_part(localized(info.languages)) if info else "",
        info.licence.name if info else "",
        translate("ModelPage", "%1 photos/s").replace("%1", speed) if speed else "",
        locale.toString(fact.photos) if fact.photos else "",
    )


def description(fact: ModelFacts, settings: Settings) -> str:
    """Some sentences: for what, languages, size, terms, where it comes from."""
    info = fact.info
    if info is None:
        file = settings.weights if fact.name == settings.model else ""
        own = translate("ModelPage", "%1: a model of your own.").replace("%1", words.printable(fact.name))
        return own + (f" {words.printable(file)}" if file else "")
    purpose = localized(info.purpose)
    sentences = (
        purpose[0].upper() + purpose[1:],
        translate("ModelPage", "Languages: %1").replace("%1", localized(info.languages)),
        translate("ModelPage", "%1 on disk").replace("%1", size(info.megabytes)),
        licence(info),
        *([info.source.page] if info.source else []),
    )
    return ". ".join(sentences).replace("/", "/\u200b")  # so that a long address can be broken


def licence(info: ModelInfo) -> str:
    """Its name, and what it does not allow."""
    name, limits = info.licence.name, info.licence.limits
    said = f"{name} ({localized(limits)})" if limits else name
    return translate("ModelPage", "Licence: %1").replace("%1", said)


def _state(fact: ModelFacts, in_use: str, chosen: str) -> str:
    if fact.name == in_use:
        return (
            translate("ModelPage", "In use")
            if chosen == in_use
            else translate("ModelPage", "In use until saved")
        )
    if fact.name == chosen:
        return translate("ModelPage", "Used once saved")
    if fact.installed:
        return translate("ModelPage", "Installed")
    if fact.info is None or fact.info.source is None:
        return translate("ModelPage", "Not installed")
    whole = size(fact.info.source.megabytes)
    if fact.arrived:
        return (
            translate("ModelPage", "%1 of %2 there")
            .replace("%1", size(fact.arrived // 1_000_000))
            .replace("%2", whole)
        )
    return translate("ModelPage", "%1 to download").replace("%1", whole)


def _first_part(text: str) -> str:
    """Up to its first comma."""
    return re.split("[,，、]", text, maxsplit=1)[0]
