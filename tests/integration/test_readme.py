"""The README stays true."""

from __future__ import annotations

import argparse
import re
from dataclasses import fields
from pathlib import Path

import pytest

from photolens.cli import _parser
from photolens.settings import Settings
from tests.photos import make_photos

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    make_photos(tmp_path / "Pictures", 7)
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    scope: dict[str, object] = {}
    exec(example, scope)
    assert len(capsys.readouterr().out.splitlines()) == 5
    assert len(scope["alike"].hits) == 5  # type: ignore[attr-defined]


def test_every_command_and_setting_is_documented() -> None:
    subparsers = next(a for a in _parser()._actions if isinstance(a, argparse._SubParsersAction))
    for command in subparsers.choices:
        assert f"`photolens {command}" in README
    for setting in fields(Settings):
        assert f"`{setting.name}`" in README


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (Path(__file__).parents[2] / target).exists()
