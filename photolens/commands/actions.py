"""Commands of two words, such as `photolens concept list`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from photolens.commands.examples import add_examples
from photolens.settings import Settings

if TYPE_CHECKING:
    Actions = argparse._SubParsersAction[argparse.ArgumentParser]

Run = Callable[[argparse.Namespace, Settings], int]


def add_action(
    actions: Actions,
    common: argparse.ArgumentParser,
    examples: Mapping[str, str],
    name: str,
    run: Run,
    text: str,
    *positional: str,
) -> argparse.ArgumentParser:
    """Add the action `name`, with its example and its arguments, to those of a command."""
    action = actions.add_parser(name, help=text, description=text, parents=[common])
    action.set_defaults(command=run)
    add_examples(action, (examples[name], ""))
    for argument in positional:
        action.add_argument(argument, metavar=argument.upper())
    return action
