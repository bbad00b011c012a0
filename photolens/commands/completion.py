"""`photolens completion`: scripts by which a shell completes commands, options and names of files."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from photolens.commands.examples import add_examples
from photolens.settings import Settings

SHELLS = ("bash", "zsh", "fish")
DONE = 0

_FILES = {"FILE", "CSV", "PATH"}
_FOLDERS = {"FOLDER", "DIR", "ANNOTATIONS_DIR", "IMAGES_DIR"}


def add_options(completion: argparse.ArgumentParser, whole: Callable[[], argparse.ArgumentParser]) -> None:
    """`whole` makes the parser with the options of every command."""
    completion.add_argument("shell", choices=SHELLS, metavar="SHELL", help="bash, zsh or fish")
    completion.set_defaults(command=lambda options, settings: run(options, settings, whole()))
    add_examples(
        completion,
        ("source <(photolens completion bash)", "bash, in this terminal"),
        (
            "photolens completion bash > ~/.local/share/bash-completion/completions/photolens",
            "bash, from now on",
        ),
        ("photolens completion zsh > ~/.zfunc/_photolens", "zsh, where ~/.zfunc is in fpath"),
        ("photolens completion fish > ~/.config/fish/completions/photolens.fish", "fish"),
    )


def run(options: argparse.Namespace, settings: Settings, parser: argparse.ArgumentParser) -> int:
    """Print the script for a shell."""
    print(script(parser, options.shell))
    return DONE


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """What completes the commands of a parser in one of SHELLS."""
    import shtab

    _mark_paths(parser)
    return str(shtab.complete(parser, shell))


def _mark_paths(parser: argparse.ArgumentParser) -> None:
    """Say which arguments are names of files; they are known by their metavar."""
    import shtab

    for action in parser._actions:  # as shtab itself finds them
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _mark_paths(command)
        elif action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.metavar in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
