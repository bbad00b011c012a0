"""The tokens are open_clip's own, whatever is typed."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from photolens.embedding.tokens import Tokenizer


def open_clips(text: str, context_length: int) -> list[int]:
    """What open_clip gives, up to the first end of the text."""
    import open_clip

    row = open_clip.tokenize([text], context_length)[0].tolist()
    return row[: row.index(max(row)) + 1]


@pytest.fixture(scope="module", params=[77, 32, 3])
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    return Tokenizer(request.param)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
@example("It's the dog's 3rd &amp;amp; LAST photo, isn't it?")
@example("“curly quotes” — and the mojibake of cafÃ©")
@example("\u00ad\u00a1\u00ac\u00ae\u00ff\u0100")
@example("before <end_of_text> behind")
@example("<start_of_text> twice")
@example("word " * 500)
@example("x" * 500)
@example("写真 🏖🐕‍🦺 \0\n\t")
@example("")
def test_tokens_are_those_of_open_clip(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer(text) == open_clips(text, tokenizer.context_length)


def test_very_long_words_cost_no_minute_and_much_text_fills_no_memory() -> None:
    tokenizer = Tokenizer(77)
    assert len(tokenizer("ab" * 500_000)) == 77
    for number in range(12_000):
        tokenizer(f"z{number:x}q")
    assert len(tokenizer._known) <= 10_002
    assert tokenizer("<end_of_text>") == open_clips("<end_of_text>", 77)
