"""Examples at the end of a command's --help."""

from __future__ import annotations

import argparse


def add_examples(command: argparse.ArgumentParser, *examples: tuple[str, str]) -> None:
    """Show examples, each a line to type and what it does."""
    width = max(len(line) for line, _ in examples)
    lines = [f"  {line:{width}}  {what}".rstrip() for line, what in examples]
    command.epilog = "\n".join(["examples:", *lines])
    command.formatter_class = argparse.RawDescriptionHelpFormatter
