"""Loading torch's libraries ahead is a courtesy: it changes nothing, and its failure neither."""

from __future__ import annotations

import subprocess
import sys

import pytest

_WITH_TORCH = """
from photolens.embedding.preload import preload_torch
preload_torch()
import sys
assert "torch" not in sys.modules
import torch
print(float(torch.ones(2) @ torch.ones(2)))
"""
_WITHOUT_TORCH = """
import importlib.util
plain = importlib.util.find_spec
importlib.util.find_spec = lambda name: None if name == "torch" else plain(name)
from photolens.embedding.preload import preload_torch
preload_torch()
print(2.0)
"""


@pytest.mark.parametrize("script", [_WITH_TORCH, _WITHOUT_TORCH])
def test_torch_works_after_it_and_may_be_missing(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert (done.stdout.strip(), done.returncode) == ("2.0", 0), done.stderr
