"""Step 2: the text tower learns the teacher's vectors.

The loss is the cosine to the teacher, and the cross-entropy of similarities within a batch, which keeps
neighbours apart. The table of tokens starts from the teacher's vectors of CLIP's words.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from photolens.training.builtin.nets import (
    Average,
    Plan,
    Say,
    begin,
    descend,
    encode_text,
    parameter_groups,
    read_tokens,
    set_rates,
)
from photolens.training.builtin.teacher import Projection
from photolens.training.builtin.workplace import Workplace

_CAPTION_WEIGHT, _CLASS_WEIGHT = 2.0, 4.0  # how often captions and class names are drawn, beside words
_TEMPERATURE = 0.05
_SORTED_AT_ONCE = 24  # batches
_HELD_OUT = 2000


def train_text(place: Workplace, plan: Plan, say: Say, rate: float = 1.5e-3) -> float:
    """Write text.pt; returns the mean cosine to the teacher on texts that were held out."""
    model, tokenize = begin(place, plan)
    tower = model.text.train()
    projection = Projection(place)
    _seed_tokens(
        tower.token_embedding.weight,
        projection(np.load(place.made("tokens.npy", "prepare"), allow_pickle=False)),
    )
    kept = place.read_json("texts.json", "prepare")
    named = place.read_json("classes.json", "prepare")["texts"]
    texts = kept["texts"] + named
    targets = projection(
        np.concatenate(
            [
                np.load(place.made(name, "prepare"), allow_pickle=False)
                for name in ("texts.npy", "class_texts.npy")
            ]
        )
    )
    tokens = torch.cat([read_tokens(place), tokenize(named)])
    weight = np.ones(len(texts))
    weight[: kept["captions"]] = _CAPTION_WEIGHT
    weight[-len(named) :] = _CLASS_WEIGHT
    random = np.random.default_rng(1)
    held = random.permutation(len(texts))[: min(_HELD_OUT, len(texts) // 10)]
    weight[held] = 0
    draw = _Batches(weight / weight.sum(), tokens.argmax(1).numpy(), plan.batch, random)
    optimizer = torch.optim.AdamW(
        parameter_groups(tower, 0.02, rate, ("token_embedding.weight", "positional_embedding")),
        betas=(0.9, 0.98),
        fused=True,
    )
    average = Average(tower, 0.998)
    for done, tell in plan.progress(say):
        rows = draw.next()
        set_rates(optimizer, done, warm_up=0.05)
        with torch.autocast("cpu", torch.bfloat16):
            vectors = encode_text(tower, tokens[rows])
        wanted = targets[rows]
        cosine = (vectors * wanted).sum(1).mean()
        alike = (wanted @ wanted.T / _TEMPERATURE).softmax(1)
        neighbours = -(alike * (vectors @ wanted.T / _TEMPERATURE).log_softmax(1)).sum(1).mean()
        descend(10 * (1 - cosine) + neighbours, optimizer, tower, 1.0)
        average.update(tower)
        tell(f"cosine to the teacher {cosine.item():.3f}")
    tower.load_state_dict(average.state)
    torch.save(tower.state_dict(), place.work / "text.pt")
    with torch.no_grad():
        parts = [encode_text(tower, tokens[part]) for part in np.array_split(held, max(1, len(held) // 500))]
        reached = float((torch.cat(parts) * targets[held]).sum(1).mean())
    say(f"cosine to the teacher on {len(held):,} texts held out: {reached:.3f}")
    return reached


@torch.no_grad()
def _seed_tokens(table: torch.Tensor, vectors: torch.Tensor) -> None:
    """Start the table from the first components of the teacher's vectors, at the usual scale."""
    start = vectors[:, : table.shape[1]]
    table.copy_(start / start.std() * 0.02)


class _Batches:
    """Rows drawn by weight, in batches of texts of like length, so that little is padded."""

    def __init__(
        self,
        weight: NDArray[np.float64],
        lengths: NDArray[np.int64],
        size: int,
        random: np.random.Generator,
    ) -> None:
        self._weight, self._lengths, self._size, self._random = weight, lengths, size, random
        self._waiting: list[NDArray[np.int64]] = []

    def next(self) -> NDArray[np.int64]:
        if not self._waiting:
            drawn = self._random.choice(len(self._weight), self._size * _SORTED_AT_ONCE, p=self._weight)
            in_order = drawn[np.argsort(self._lengths[drawn], kind="stable")]
            batches = np.split(in_order, _SORTED_AT_ONCE)
            self._waiting = [batches[number] for number in self._random.permutation(_SORTED_AT_ONCE)]
        return self._waiting.pop()
