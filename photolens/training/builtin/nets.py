"""The two towers as open_clip builds them, and what every step of training needs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import open_clip
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

from photolens.training.builtin.workplace import Workplace

State = dict[str, torch.Tensor]
Say = Callable[[str], None]
Tokenize = Callable[[Sequence[str]], torch.Tensor]

_SAY_EVERY_S = 45.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How long a step trains: for minutes, so that the result depends on the machine; or for a number of
    batches, so that it can be had again."""

    minutes: float
    steps: int | None = None
    batch: int = 128
    threads: int = 2

    def progress(self, say: Say) -> Iterator[tuple[float, Callable[[str], None]]]:
        """For each batch the share of the work that is done, from 0 to 1, and a way to say how it goes."""
        start = last = time.monotonic()
        step = 0

        def tell(text: str) -> None:
            nonlocal last
            if time.monotonic() - last > _SAY_EVERY_S:
                last = time.monotonic()
                say(
                    f"{done:.0%}, {step:,} batches, {step * self.batch / (last - start):.0f} a second: {text}"
                )

        while True:
            elapsed = (time.monotonic() - start) / max(self.minutes * 60, 1e-9)
            done = elapsed if self.steps is None else step / self.steps
            if done >= 1:
                say(f"{step:,} batches in {(time.monotonic() - start) / 60:.1f} minutes")
                return
            yield done, tell
            step += 1


def begin(place: Workplace, plan: Plan) -> tuple[Any, Tokenize]:
    """The untrained model, float32, and its tokenizer. Seeds are fixed."""
    torch.set_num_threads(plan.threads)
    torch.manual_seed(0)
    tokenize = tokenizer(place)
    return open_clip.create_model(place.name).float(), tokenize


def tokenizer(place: Workplace) -> Tokenize:
    """The model's: int64 [N, context] of N texts."""
    open_clip.add_model_config(place.config)
    return open_clip.get_tokenizer(place.name)  # type: ignore[no-any-return]


def read_tokens(place: Workplace) -> torch.Tensor:
    """Those of all texts, int64 [N, context], as `prepare` has left them: cutting them takes long."""
    kept = np.load(place.made("text_tokens.npy", "prepare"), allow_pickle=False)
    return torch.from_numpy(kept.astype(np.int64))


def vocabulary() -> list[str]:
    """CLIP's tokens in the order of their numbers."""
    numbers: dict[str, int] = open_clip.tokenizer.SimpleTokenizer().encoder
    return sorted(numbers, key=numbers.__getitem__)


def encode_text(tower: Any, tokens: torch.Tensor) -> torch.Tensor:
    """Unit vectors, float32 [N, D]. As open_clip does it, without the padding: the mask is causal, so that
    what follows the end of the longest text changes nothing."""
    ends = tokens.argmax(1)
    longest = int(ends.max()) + 1
    x = tower.token_embedding(tokens[:, :longest]) + tower.positional_embedding[:longest]
    x = tower.transformer(x, attn_mask=tower.attn_mask[:longest, :longest])
    x = tower.ln_final(x)[torch.arange(len(tokens)), ends]
    return functional.normalize((x @ tower.text_projection).float(), dim=-1)


class Average:
    """The exponential moving average of a network's weights: better than the last ones."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self._decay, self._count = decay, 0
        self.state: State = {key: value.detach().clone() for key, value in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Take in the weights after a step."""
        self._count += 1
        decay = min(self._decay, (1 + self._count) / (10 + self._count))
        for key, value in network.state_dict().items():
            if value.dtype.is_floating_point:
                self.state[key].lerp_(value, 1 - decay)
            else:
                self.state[key].copy_(value)


def parameter_groups(network: nn.Module, decay: float, rate: float, free: Sequence[str] = ()) -> list[Any]:
    """For AdamW: no weight decay for vectors and for parameters whose names end in one of `free`."""
    groups: list[Any] = [
        {"params": [], "weight_decay": decay, "peak": rate},
        {"params": [], "weight_decay": 0.0, "peak": rate},
    ]
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            groups[parameter.ndim < 2 or name.endswith(tuple(free))]["params"].append(parameter)
    return groups


def set_rates(optimizer: torch.optim.Optimizer, done: float, warm_up: float) -> None:
    """A linear warm-up to each group's `peak`, then a cosine down to a hundredth of it."""
    floor = 0.01
    cosine = 0.5 * (1 + math.cos(math.pi * (done - warm_up) / (1 - warm_up)))
    share = done / warm_up if done < warm_up else floor + (1 - floor) * cosine
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * share


def descend(loss: torch.Tensor, optimizer: torch.optim.Optimizer, network: nn.Module, longest: float) -> None:
    """One step, with gradients no longer than `longest`."""
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(network.parameters(), longest)
    optimizer.step()
    optimizer.zero_grad()


def export(model: nn.Module, place: Workplace) -> None:
    """Write the weights in float16, as open_clip reads them."""
    halves = {
        key: (value.detach().half() if value.is_floating_point() else value.detach()).contiguous().clone()
        for key, value in model.state_dict().items()
    }
    save_file(halves, place.weights, metadata={"format": "pt"})
