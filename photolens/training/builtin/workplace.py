"""Where the data sets lie, where the steps keep what the next ones need, and where the model goes."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photolens.errors import UsageError
from photolens.messages import plain
from photolens.paths import resource


@dataclass(frozen=True, slots=True)
class Workplace:
    """`data` is only read; `work` and `out` are made. `name` is the model's, and of its files in `out`."""

    data: Path
    work: Path
    out: Path
    name: str = "photolens-mini"

    @property
    def config(self) -> Path:
        """The open_clip configuration of the model."""
        return self.out / f"{self.name}.json"

    @property
    def weights(self) -> Path:
        """The finished model."""
        return self.out / f"{self.name}.safetensors"

    def make(self) -> None:
        """Make the folders, and the configuration unless there is one."""
        for folder in (self.work, self.out):
            folder.mkdir(parents=True, exist_ok=True)
        if not self.config.exists():
            shutil.copyfile(resource("models", "photolens-mini") / "photolens-mini.json", self.config)

    def given(self, *parts: str) -> Path:
        """A file or folder of a data set. Raises UsageError when it is not there."""
        path = self.data.joinpath(*parts)
        if not path.exists():
            raise UsageError(
                plain(
                    f"There is no {path}. photolens/training/builtin/README.md says where the data set "
                    f"{parts[0]} is to be had and how it must lie."
                )
            )
        return path

    def made(self, name: str, step: str) -> Path:
        """What an earlier step has left in `work`. Raises UsageError with that step when it has not."""
        path = self.work / name
        if not path.exists():
            raise UsageError(plain(f"There is no {path} yet: run the step `{step}` first."))
        return path

    def read_json(self, name: str, step: str) -> Any:
        """A JSON file of an earlier step."""
        return json.loads(self.made(name, step).read_text(encoding="utf-8"))

    def write_json(self, name: str, value: object) -> None:
        """Leave something for a later step."""
        (self.work / name).write_text(json.dumps(value), encoding="utf-8")
