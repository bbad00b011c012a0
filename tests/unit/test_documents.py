"""The documents for contributors stay true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_floor_plan_is_the_one_that_is_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(contract["layers"] for contract in contracts["contracts"] if contract["type"] == "layers")
    (plan,) = re.findall(r"```\n(.*?)```", CONTRIBUTING, re.DOTALL)
    assert [line.split("  ")[0] for line in plan.splitlines()] == layers


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", (ROOT / name).read_text(encoding="utf-8")):
        assert target.startswith("https://") or (ROOT / target).exists()


def test_files_and_make_targets_that_are_named_are_there() -> None:
    for name in re.findall(r"`((?:tests|gui)/[\w/]+\.py)`", CONTRIBUTING):
        assert (ROOT / name).exists() or (ROOT / "photolens" / name).exists() or name.endswith("test_X.py")
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"`make ([a-z-]+)", CONTRIBUTING)) <= set(targets)
