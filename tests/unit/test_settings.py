"""Settings: what the user wrote is obeyed or explained, and never lost."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest

from photolens.errors import UsageError
from photolens.paths import settings_file, window_state_file
from photolens.settings import BUILT_IN_MODEL, Settings, load, save


def written(file: Path, text: str | bytes) -> Path:
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return file


def test_without_a_file_the_defaults_hold_and_none_is_made(tmp_path: Path) -> None:
    loaded = load(tmp_path / "settings.toml")
    assert loaded.settings == Settings()
    assert loaded.notice is None
    assert list(tmp_path.iterdir()) == []
    assert Settings().model == BUILT_IN_MODEL
    assert Settings().decode_threads == os.cpu_count()


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    for text in ("", "# nothing yet\n"):
        loaded = load(written(tmp_path / "settings.toml", text))
        assert (loaded.settings, loaded.notice) == (Settings(), None)


def test_what_is_set_is_obeyed_and_the_rest_stays_default(tmp_path: Path) -> None:
    loaded = load(written(tmp_path / "s.toml", "threads = 3\nweights = '~/Modelle/größe 写真.safetensors'\n"))
    assert loaded.notice is None
    assert loaded.settings == Settings(threads=3, weights="~/Modelle/größe 写真.safetensors")
    assert loaded.settings.decode_threads == 3


def test_limits_are_part_of_what_is_allowed() -> None:
    for good in (
        {"threads": 0},
        {"threads": 256},
        {"rescan_minutes": 1},
        {"rescan_minutes": 10080},
        {"thumbnail_memory_mb": 64},
        {"thumbnail_memory_mb": 4096},
        *({"language": language} for language in ("system", "en", "de", "zh_CN")),
        *({"theme": theme} for theme in ("system", "light", "dark")),
        *({"precision": precision} for precision in ("auto", "float32", "bfloat16")),
        {"animations": False},
        {"mirror": "https://hub.example.org/models"},
        {"mirror": "http://127.0.0.1:8000"},
        {"proxy": "http://name:password@proxy:8080"},
    ):
        assert Settings(**good)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("thread = 3", "Unknown setting `thread`"),
        ("[threads]\nn = 3", "`threads` must be a number"),
        ("threads = '3'", "`threads` must be a number"),
        ("threads = 3.0", "`threads` must be a number"),
        ("threads = true", "`threads` must be a number"),
        ("threads = -1", "between 0"),
        ("threads = 257", "between 0"),
        ("threads = 99999999999999999999", "between 0"),
        ("rescan_minutes = 0", "between 1"),
        ("rescan_minutes = 10081", "between 1"),
        ("model = 3", "`model` must be text"),
        ("model = ''", "`model` is empty"),
        ("model = ' '", "`model` is empty"),
        ("weights = ['a']", "`weights` must be text"),
        ("weights = 2020-01-01", "`weights` must be text"),
        ("precision = 'float16'", "`precision` must be auto, float32 or bfloat16"),
        ("precision = 32", "`precision` must be text"),
        ("mirror = 'hub.example.org'", "`mirror` must be an address"),
        ("mirror = 'ftp://hub.example.org'", "`mirror` must be an address"),
        ("mirror = 'https://'", "`mirror` must be an address"),
        ("proxy = 'https://proxy:8080'", "`proxy` must be http://host:port"),
        ("proxy = 'proxy:8080'", "`proxy` must be http://host:port"),
        ("proxy = 'http://proxy:port'", "`proxy` must be http://host:port"),
        ("language = 'fr'", "`language` must be system, en, de or zh_CN"),
        ("theme = 'Dark'", "`theme` must be system, light or dark"),
        ("theme = true", "`theme` must be text"),
        ("thumbnail_memory_mb = 63", "between 64 and 4096"),
        ("thumbnail_memory_mb = 4097", "between 64 and 4096"),
        ("thumbnail_memory_mb = true", "`thumbnail_memory_mb` must be a number"),
        ("animations = 1", "`animations` must be true or false"),
        ("animations = 'yes'", "`animations` must be true or false"),
        ("threads =\nmodel = 'm'", "line 1"),
        ("threads = 3\nthreads = 4\n", "line 2"),
        ("threads", "not valid"),
    ],
)
def test_what_cannot_be_obeyed_is_explained_and_kept(tmp_path: Path, line: str, said: str) -> None:
    file = written(tmp_path / "settings.toml", line)
    loaded = load(file)
    assert loaded.settings == Settings()
    assert loaded.notice is not None
    assert said in loaded.notice
    kept = tmp_path / "settings.toml.broken"
    assert str(kept) in loaded.notice
    assert kept.read_text() == file.read_text() == line


def test_one_wrong_line_does_not_lead_to_half_of_the_settings(tmp_path: Path) -> None:
    loaded = load(written(tmp_path / "s.toml", "threads = 3\nnonsense = 1\n"))
    assert loaded.settings == Settings()


def test_bytes_that_are_no_text_are_kept_as_they_are(tmp_path: Path) -> None:
    raw = b"weights = '\xff\xfe'\n\x00"
    loaded = load(written(tmp_path / "settings.toml", raw))
    assert loaded.settings == Settings()
    assert (tmp_path / "settings.toml.broken").read_bytes() == raw


def test_a_broken_file_survives_the_next_save(tmp_path: Path) -> None:
    file = written(tmp_path / "settings.toml", "threads = many # my notes")
    save(file, load(file).settings)
    assert (tmp_path / "settings.toml.broken").read_text() == "threads = many # my notes"
    assert load(file).notice is None


def test_a_folder_in_its_place_is_reported(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    assert loaded.settings == Settings()
    assert loaded.notice is not None
    assert "could not be read" in loaded.notice


def test_settings_are_read_back_as_saved(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "settings.toml"
    for settings in (
        Settings(model="ViT-B-32/openai", weights="C:\\M\\ü \"x\" 'y'\n.safetensors", threads=7),
        Settings(rescan_minutes=1),
        Settings(precision="bfloat16", theme="dark", thumbnail_memory_mb=64, animations=False),
        Settings(),
    ):
        save(file, settings)
        assert load(file).settings == settings
        assert load(file).notice is None
        assert [path.name for path in file.parent.iterdir()] == ["settings.toml"]


def test_only_differences_are_saved_so_that_new_defaults_reach_the_user(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    save(file, Settings(threads=2))
    assert file.read_text() == "threads = 2\n"
    save(file, Settings())
    assert file.read_text() == ""


def test_every_field_has_a_default_that_is_allowed_and_cannot_be_changed() -> None:
    for field in fields(Settings):
        with pytest.raises(AttributeError):
            setattr(Settings(), field.name, 1)


def test_wrong_values_given_by_a_program_are_refused() -> None:
    for wrong in (
        {"threads": -1},
        {"model": ""},
        {"rescan_minutes": "5"},
        {"threads": True},
        {"animations": 0},
        {"theme": ""},
    ):
        with pytest.raises(UsageError):
            Settings(**wrong)  # type: ignore[arg-type]


def test_the_settings_file_lies_in_the_users_folder(user_folders: Path) -> None:
    assert user_folders in settings_file().parents
    assert settings_file().name == "settings.toml"
    assert window_state_file() == settings_file().parent / "window.ini"


def test_what_an_editor_of_another_system_adds_is_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"\xef\xbb\xbfthreads = 3\r\n")
    assert load(file).settings.threads == 3
    file.write_text("threads = " + "[" * 100_000)
    assert load(file).notice is not None
