"""What people read and press before they type a command: --help, completion and the manual page."""

from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from photolens.cli import main, parse, whole_parser
from photolens.commands.completion import SHELLS

ROOT = Path(__file__).parents[2]


def commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from commands(command)


EVERY = {command.prog: command for command in commands(whole_parser())}


def examples(command: argparse.ArgumentParser) -> list[list[str]]:
    """The arguments of each example: what is typed stands apart from what it does by two spaces."""
    lines = [line.strip().split("  ")[0] for line in (command.epilog or "").splitlines()[1:]]
    typed = [line.removeprefix("source <(").split(" | ")[0].split(" > ")[0].rstrip(")") for line in lines]
    return [shlex.split(line) for line in typed]


@pytest.mark.parametrize("name", EVERY)
def test_every_command_shows_examples_that_it_understands(name: str) -> None:
    found = examples(EVERY[name])
    assert found
    assert EVERY[name].format_help().count("photolens ") > len(found)  # and the line of usage
    for program, *arguments in found:
        assert program == "photolens"
        parse(arguments)  # would leave by SystemExit
    own = name.split()[1:]
    assert any([word for word in words if word in own][: len(own)] == own for words in found)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_for_a_shell_is_sound(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for name in EVERY:
        assert name.split()[-1] in script
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run([shell, "-n"], input=script, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("photolens se", ["search"]),
        ("photolens --library here sea", ["search"]),
        ("photolens search --li", ["--library", "--like", "--liked", "--limit"]),
        ("photolens concept ex", ["export"]),
        ("photolens search --image sun", ["sunset.jpg"]),
        ("photolens index Ho", ["Holiday"]),
    ],
)
def test_bash_completes(
    typed: str, offered: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sunset.jpg").touch()
    (tmp_path / "Holiday").mkdir()
    main(["completion", "bash"])
    words = typed.split()
    asking = f"""
COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}
_shtab_photolens photolens {words[-1]} {words[-2]}
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    script = capsys.readouterr().out + asking
    done = subprocess.run(
        ["bash", "--norc"], input=script, text=True, capture_output=True, check=True, cwd=tmp_path
    )
    assert sorted(done.stdout.split()) == offered


@pytest.fixture(scope="module")
def manual() -> str:
    made = [sys.executable, str(ROOT / "packaging" / "man_page.py")]
    return subprocess.run(made, text=True, capture_output=True, check=True, cwd=ROOT).stdout


def test_the_manual_tells_of_every_command_and_option(manual: str) -> None:
    plain = manual.replace("\\-", "-").replace(r"\(aq", "'")
    for name, command in EVERY.items():
        assert name in plain
        for action in command._actions:
            assert all(option in plain for option in action.option_strings)
            # A line that begins with a full stop would be read as a macro, and not be shown.
            assert not action.help or (action.help or "").lstrip(".")[:20] in plain
    assert "\n.safetensors" not in manual


def test_the_manual_is_well_formed(manual: str) -> None:
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("groff is not installed")
    done = subprocess.run(
        [groff, "-man", "-ww", "-z", "-Tutf8", "-Kutf8"],
        input=manual,
        text=True,
        capture_output=True,
        check=True,
    )
    assert done.stderr == ""
