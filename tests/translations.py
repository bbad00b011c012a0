"""Qt Linguist's files, kept up to date with the code: `python -m tests.translations` (`make translations`).

Besides the window's own texts these are the messages of the core (`photolens/messages.py`), which are brought
into a form that lupdate reads. New texts come in unfinished: translate them in resources/translations/*.ts,
with Qt Linguist or an editor, and run it again, which makes the .qm that the program reads. Those are kept in
the repository beside them: a clone and an installed package then need no tool of Qt's to speak a language.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
TRANSLATIONS = ROOT / "resources" / "translations"
CORE = "core"  # the context of messages; `photolens/gui/localized.py` looks them up there
_ON_TERMINALS = ("commands", "evaluation", "training")  # rooms no window shows a text of


def update(folder: Path = TRANSLATIONS) -> None:
    """Bring the .ts files in this folder up to date with the texts in the code."""
    sources = [ROOT / "photolens" / "app.py", *sorted((ROOT / "photolens" / "gui").rglob("*.py"))]
    with tempfile.TemporaryDirectory() as temporary:
        core = Path(temporary, "core.py")
        core.write_text(_for_lupdate(), encoding="utf-8")
        # Without line numbers a change elsewhere does not touch the files.
        _run(
            "lupdate",
            "-no-obsolete",
            "-locations",
            "none",
            *map(str, [*sources, core]),
            "-ts",
            *map(str, sorted(folder.glob("*.ts"))),
        )


def modules() -> list[Path]:
    """Whose messages a window may show."""
    package = ROOT / "photolens"
    files = sorted(package.rglob("*.py"))
    return [file for file in files if file.relative_to(package).parts[0] not in _ON_TERMINALS]


def messages(source: str) -> Iterator[tuple[str, bool]]:
    """The templates in a module, and of each whether its wording depends on a number.

    Raises ValueError for one that is not written where it is used.
    """
    for call in ast.walk(ast.parse(source)):
        name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
        if name not in ("message", "counted"):
            continue
        assert isinstance(call, ast.Call)
        texts = call.args[: 2 if name == "counted" else 1]
        for text in texts:
            if not (isinstance(text, ast.Constant) and isinstance(text.value, str)):
                raise ValueError(f"line {call.lineno}: no translator would see this text")
        last = texts[-1]
        assert isinstance(last, ast.Constant) and isinstance(last.value, str)
        yield last.value, name == "counted"


def _for_lupdate() -> str:
    """A source with all templates, as if Qt were asked for each."""
    lines = ["from PySide6.QtCore import QCoreApplication", ""]
    found = {text: many for file in modules() for text, many in messages(file.read_text(encoding="utf-8"))}
    for text, many in found.items():
        quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        more = ', "", 1' if many else ""  # by the number it knows that there are forms
        lines.append(f'QCoreApplication.translate("{CORE}", "{quoted}"{more})')
    return "\n".join([*lines, ""])


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
