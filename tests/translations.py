"""Qt Linguist's files, kept up to date with the code: `python -m tests.translations` (`make translations`).

New texts come in unfinished: translate them in resources/translations/*.ts, with Qt Linguist or an editor,
and run it again, which makes the .qm that the program reads. Those are kept in the repository beside them: a
clone and an installed package then need no tool of Qt's to speak a language.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TRANSLATIONS = ROOT / "resources" / "translations"


def update(folder: Path = TRANSLATIONS) -> None:
    """Bring the .ts files in this folder up to date with the texts in the code."""
    sources = [ROOT / "photolens" / "app.py", *sorted((ROOT / "photolens" / "gui").rglob("*.py"))]
    # Without line numbers a change elsewhere does not touch the files.
    _run(
        "lupdate",
        "-no-obsolete",
        "-locations",
        "none",
        *map(str, sources),
        "-ts",
        *map(str, sorted(folder.glob("*.ts"))),
    )


def release(folder: Path = TRANSLATIONS) -> None:
    """Make the .qm files of the .ts files in this folder."""
    _run("lrelease", "-silent", *map(str, sorted(folder.glob("*.ts"))))


def _run(tool: str, *arguments: str) -> None:
    made = subprocess.run(
        [str(Path(sys.executable).with_name(f"pyside6-{tool}")), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise RuntimeError(f"{tool} failed: {made.stderr or made.stdout}")


if __name__ == "__main__":
    update()
    release()
