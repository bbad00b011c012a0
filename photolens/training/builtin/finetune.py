"""Step 4: both towers together, gently, with the teacher as an anchor; writes the finished model."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from photolens.training.builtin.captions import Captions, Texts, cross_entropy, similar, soft_targets
from photolens.training.builtin.classes import Classes, Mixer
from photolens.training.builtin.nets import (
    Average,
    Plan,
    Say,
    begin,
    descend,
    encode_text,
    export,
    parameter_groups,
    read_tokens,
    set_rates,
)
from photolens.training.builtin.pixel_cache import View
from photolens.training.builtin.workplace import Workplace

_PIXELS = 96
_CAPTION_SHARE = 0.5
_CLASS_VIEW = View(area=(0.5, 1.0))
# The usual copy of Flickr8k is squashed to squares, mostly from landscapes: favour crops that undo it.
_CAPTION_VIEW = View(area=(0.6, 1.0), aspect=(-0.22, 0.08))
_ANCHORS = 128  # texts in each batch that only have to stay where the teacher has them
_LARGEST_SCALE = 60.0


def finetune(place: Workplace, plan: Plan, say: Say, rate: float = 2e-4, text_rate: float = 1e-4) -> None:
    """Write the model's .safetensors."""
    model, tokenize = begin(place, plan)
    kept = torch.load(place.made("image.pt", "images"), weights_only=True)
    model.visual.load_state_dict(kept["tower"])
    model.text.load_state_dict(torch.load(place.made("text.pt", "text"), weights_only=True))
    tower, text_tower = model.visual.to(memory_format=torch.channels_last).train(), model.text.train()
    classes = Classes(place)
    mixer = Mixer(place, classes)
    texts = Texts.read(place)
    captions = Captions(texts, mixer.flickr.rows)
    tokens = read_tokens(place)
    class_tokens = [tokenize(own) for own in classes.texts]
    scales = nn.Parameter(kept["scales"].clone())
    optimizer = torch.optim.AdamW(
        [
            *parameter_groups(tower, 0.05, rate),
            *parameter_groups(text_tower, 0.0, text_rate),
            {"params": [scales], "weight_decay": 0.0, "peak": rate},
        ],
        fused=True,
    )
    average = Average(model, 0.995)
    for done, tell in plan.progress(say):
        batch = mixer.draw(plan.batch, _CAPTION_SHARE, _PIXELS, _CLASS_VIEW, _CAPTION_VIEW)
        set_rates(optimizer, done, warm_up=0.05)
        rows = captions.choose(batch.captioned)
        anchored = torch.cat([rows, torch.randint(len(tokens), (_ANCHORS,))])
        named = torch.stack([own[torch.randint(len(own), (1,))][0] for own in class_tokens])
        with torch.autocast("cpu", torch.bfloat16):
            vectors = tower(batch.pictures)
            said, names = encode_text(text_tower, tokens[anchored]), encode_text(text_tower, named)
        vectors = functional.normalize(vectors.float(), dim=-1)
        known = len(batch.labels)
        class_scale, caption_scale = scales.exp().clamp(max=_LARGEST_SCALE)
        by_name = functional.cross_entropy(
            class_scale * vectors[:known] @ names.T + classes.mask(batch.labels), batch.labels
        )
        own, bank = texts.vectors[rows], captions.bank()
        shares = 0.5 * similar(own, own) + 0.5 * torch.eye(len(own))
        pairs = caption_scale * vectors[known:] @ said[: len(rows)].T
        clip = cross_entropy(shares, pairs) + cross_entropy(shares, pairs.T)
        by_bank = cross_entropy(
            soft_targets(own, bank, batch.captioned), caption_scale * vectors[known:] @ bank.T
        )
        drift = (1 - (said * texts.vectors[anchored]).sum(1)).mean()
        name_drift = (1 - (names * classes.mean_vectors).sum(1)).mean()
        loss = by_name + 0.5 * clip + 0.5 * by_bank + 4 * (drift + 0.3 * name_drift)
        descend(loss, optimizer, model, 2.0)
        average.update(model)
        tell(f"loss {loss.item():.3f}, names {by_name.item():.3f}, pairs {clip.item():.3f}")
    model.load_state_dict(average.state)
    model.logit_scale.data.fill_(scales[1].item())
    export(model, place)
    say(f"Wrote {place.weights}, {place.weights.stat().st_size / 1e6:.1f} MB.")
