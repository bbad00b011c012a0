"""Tokens for SigLIP 2, with a small tokenizer of the same kind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from photolens.embedding.gemma_tokens import GemmaTokenizer, plain
from photolens.errors import ModelError

tokenizers = pytest.importorskip("tokenizers")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pieces of words learnt from a few sentences; <pad> is 0 and <eos> 1, as Gemma's are."""
    made = tokenizers.Tokenizer(tokenizers.models.BPE(byte_fallback=False, unk_token="<unk>"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=200, special_tokens=["<pad>", "<eos>", "<bos>", "<unk>"]
    )
    made.train_from_iterator(
        ["a red car in the rain", "ein rotes auto im regen", "雨の中の赤い車"] * 9, trainer
    )
    path = tmp_path_factory.mktemp("tokens") / "tokenizer.json"
    made.save(str(path))
    return path


def test_a_text_ends_and_is_filled_up(file: Path) -> None:
    ids = GemmaTokenizer(file, 16)(["a red car", "雨の中", ""])
    assert ids.shape == (3, 16) and ids.dtype == np.int64
    for row in ids:
        (end,) = np.flatnonzero(row == 1)
        assert (row[:end] > 3).all() and (row[end + 1 :] == 0).all()
    assert ids[2, 0] == 1


def test_a_long_text_is_cut_and_still_ends(file: Path) -> None:
    (row,) = GemmaTokenizer(file, 8)(["a red car in the rain " * 9])
    assert row[-1] == 1 and (row[:-1] > 3).all()


def test_case_and_punctuation_make_no_difference(file: Path) -> None:
    tokens = GemmaTokenizer(file, 16)
    one, other = tokens(["A RED_car,  in the rain!", "a red car in the rain"])
    np.testing.assert_array_equal(one, other)
    assert plain("Straße — “zu”!") == "straße — “zu”"  # only what is ASCII, as it was learnt


@pytest.mark.parametrize("text", ["", "{}", "[1", '{"model": {"type": "BPE", "vocab": {}, "merges": []}}'])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "tokenizer.json").write_text(text)
    with pytest.raises(ModelError, match="install the model again"):
        GemmaTokenizer(tmp_path / "tokenizer.json", 8)
