"""When the computer is said to run on its battery, and what that does to a pause."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from photolens.ingest import power
from photolens.ingest.control import Control
from photolens.ingest.power import PowerWatch


def supply(folder: Path, name: str, **files: str) -> None:
    """One directory of /sys/class/power_supply."""
    for file, text in files.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / file).write_text(text + "\n")


@pytest.mark.parametrize(
    ("plugged", "status", "expected"),
    [
        ("0", "Discharging", True),
        ("1", "Charging", False),
        ("1", "Discharging", False),  # a weak charger, or the battery is being looked after
        ("0", "Full", False),
        ("0", "Unknown", False),
    ],
)
def test_a_laptop_on_linux(tmp_path: Path, plugged: str, status: str, expected: bool) -> None:
    supply(tmp_path, "AC", type="Mains", online=plugged)
    supply(tmp_path, "BAT0", type="Battery", status=status, present="1")
    supply(tmp_path, "ucsi-source-psy-1", type="USB", online="0")
    assert power._discharges(tmp_path) is expected


def test_one_that_is_fed_by_usb(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", type="Battery", status="Discharging")
    assert power._discharges(tmp_path)
    supply(tmp_path, "ucsi-source-psy-1", type="USB", online="1")
    assert not power._discharges(tmp_path)


def test_the_battery_of_a_mouse_is_none_of_the_computer(tmp_path: Path) -> None:
    supply(tmp_path, "hidpp_battery_0", type="Battery", scope="Device", status="Discharging")
    assert not power._discharges(tmp_path)


def test_a_computer_without_any(tmp_path: Path) -> None:
    assert not power._discharges(tmp_path)
    assert not power._discharges(tmp_path / "no such folder")


def test_what_macos_says() -> None:
    battery = " -InternalBattery-0 (id=1)\t82%; {}; 3:10 remaining present: true\n"
    assert power._names_battery("Now drawing from 'Battery Power'\n" + battery.format("discharging"))
    assert not power._names_battery("Now drawing from 'AC Power'\n" + battery.format("charging"))
    assert not power._names_battery("")


@pytest.mark.skipif(sys.platform != "win32", reason="asks Windows")
def test_windows_answers() -> None:
    assert power.on_battery() in (True, False)


class Plug:
    """The system's answer."""

    def __init__(self) -> None:
        self.on_battery = False

    def __call__(self) -> bool:
        return self.on_battery


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Plug:
    monkeypatch.setattr(power, "_LOOK_SECONDS", 0.0)
    return Plug()


def test_reading_waits_until_it_is_plugged_in(plug: Plug) -> None:
    control = Control()
    watch = PowerWatch(control, plug)
    watch.look()
    assert not control.paused
    plug.on_battery = True
    watch.look()
    assert control.paused and control.held
    plug.on_battery = False
    watch.look()
    assert not control.paused and not control.held


def test_a_pause_of_the_user_outlasts_the_battery(plug: Plug) -> None:
    control = Control()
    watch = PowerWatch(control, plug)
    control.pause()
    plug.on_battery = True
    watch.look()
    assert control.paused and not control.held
    plug.on_battery = False
    watch.look()
    assert control.paused


def test_who_goes_on_all_the_same_is_not_stopped_again_before_the_next_time(plug: Plug) -> None:
    control = Control()
    watch = PowerWatch(control, plug)
    plug.on_battery = True
    watch.look()
    watch.overrule()
    control.resume()
    watch.look()
    assert not control.paused
    plug.on_battery = False
    watch.look()
    plug.on_battery = True
    watch.look()
    assert control.held


def test_what_was_cancelled_is_held_again(plug: Plug) -> None:
    control = Control()
    watch = PowerWatch(control, plug)
    plug.on_battery = True
    watch.look()
    control.cancel()
    assert not control.held
    control.renew()
    watch.look()
    assert control.held
