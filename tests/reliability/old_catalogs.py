"""Catalogs as earlier versions of PhotoLens would have left them, with what a new one holds."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from sqlite_utils import Database

from photolens.catalog.connection import fold
from photolens.catalog.migrations import migrations

STEPS = len(migrations._migrations)


def make_old_catalog(current: Path, target: Path, steps: int) -> None:
    """Write `target`: the schema after the first `steps` migrations, the rows of `current` that fit it."""
    with contextlib.closing(sqlite3.connect(target)) as connection:
        connection.create_function("fold", 1, fold, deterministic=True)
        later = [step.name for step in migrations._migrations[steps:]]
        migrations.apply(Database(connection), stop_before=later)
        connection.commit()
        connection.execute("ATTACH ? AS current", [str(current)])
        for (table,) in connection.execute(
            "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        ).fetchall():
            if table not in ("changes", "_sqlite_migrations"):
                columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))
                connection.execute(
                    f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM current.{table}"
                )
        connection.commit()
        connection.execute("DETACH current")
        connection.execute("PRAGMA journal_mode = WAL")
