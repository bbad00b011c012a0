"""With the setting, photos are read only while the computer is plugged in. The system's files are fake."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from photolens import cli, paths
from photolens import settings as settings_module
from photolens.domain import Event, IngestProgress
from photolens.ingest import power
from photolens.library import Library
from photolens.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="fakes the files in which Linux says it")

_SETTINGS = Settings(pause_on_battery=True)


class Battery:
    """A laptop that is unplugged to begin with."""

    def __init__(self, folder: Path) -> None:
        self._status = folder / "BAT0" / "status"
        self._status.parent.mkdir(parents=True)
        (folder / "BAT0" / "type").write_text("Battery\n")
        self.unplug()

    def unplug(self) -> None:
        self._status.write_text("Discharging\n")

    def plug_in(self) -> None:
        self._status.write_text("Charging\n")


@pytest.fixture
def battery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Battery:
    monkeypatch.setattr(power, "_SUPPLIES", tmp_path / "power_supply")
    monkeypatch.setattr(power, "_LOOK_SECONDS", 0.05)
    return Battery(tmp_path / "power_supply")


class Told:
    """What is heard of a pause."""

    def __init__(self) -> None:
        self.paused = threading.Event()
        self.reasons: list[bool] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, IngestProgress) and event.paused:
            self.reasons.append(event.on_battery)
            self.paused.set()


def test_it_pauses_says_why_and_goes_on_when_plugged_in(
    pictures: Path, battery: Battery, open_library: Callable[..., Library]
) -> None:
    told = Told()
    library = open_library(settings=_SETTINGS, emit=told)
    library.add_folder(pictures)
    assert told.paused.wait(60)
    assert told.reasons == [True]
    assert not library.wait_idle(0.3)
    status = library.status()
    assert status.on_battery and (status.photos, status.pending) == (0, 12)
    battery.plug_in()
    assert library.wait_idle()
    status = library.status()
    assert not status.on_battery and status.photos == 12


def test_the_user_may_go_on_all_the_same(
    pictures: Path, battery: Battery, open_library: Callable[..., Library]
) -> None:
    told = Told()
    library = open_library(settings=_SETTINGS, emit=told)
    library.add_folder(pictures)
    assert told.paused.wait(60)
    library.resume()
    assert library.wait_idle()
    assert library.status().photos == 12


def test_without_the_setting_the_battery_does_not_matter(
    pictures: Path, battery: Battery, open_library: Callable[..., Library]
) -> None:
    library = open_library()
    assert library.index(pictures)
    assert library.status().photos == 12


def test_status_says_why_and_index_reads_all_the_same(
    tmp_path: Path,
    pictures: Path,
    battery: Battery,
    open_library: Callable[..., Library],
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings_module.save(paths.settings_file(), _SETTINGS)
    told, where = Told(), ["--library", str(tmp_path / "library")]
    library = open_library(settings=_SETTINGS, emit=told)
    library.add_folder(pictures)
    assert told.paused.wait(60)
    assert cli.main([*where, "status"]) == 0
    assert "12 files still to be read once the computer is plugged in" in capsys.readouterr().out
    library.close()
    assert cli.main([*where, "index"]) == 0
    capsys.readouterr()
    assert cli.main([*where, "status"]) == 0
    assert "plugged in" not in capsys.readouterr().out
