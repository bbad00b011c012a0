"""Step 3: the image tower learns to land on the teacher's vectors of names and captions.

Photos with classes: cross-entropy on an auxiliary head, and of the vector against those of class names.
Photos with captions: cross-entropy against one caption of every training photo, with targets that captions
of like meaning share, and the other way round within the batch. Pictures grow while the training goes on.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from photolens.training.builtin.captions import Captions, Texts, cross_entropy, similar, soft_targets
from photolens.training.builtin.classes import Classes, Mixer
from photolens.training.builtin.nets import Average, Plan, Say, begin, descend, parameter_groups, set_rates
from photolens.training.builtin.pixel_cache import View
from photolens.training.builtin.workplace import Workplace

# From which share of the work on: pixels, and the share of photos with captions.
_STAGES = ((0.0, 64, 0.15), (0.4, 80, 0.25), (0.65, 96, 0.4))
_CLASS_VIEW, _CAPTION_VIEW = View(area=(0.45, 1.0)), View(area=(0.5, 1.0))
_SCALES = (3.0, 2.7)  # logarithms of the first factors of similarities: classes, captions
_LARGEST_SCALE = 60.0
_AUXILIARY, _CAPTIONS, _BACKWARDS = 0.6, 2.0, 0.5  # weights of the parts of the loss


def train_images(place: Workplace, plan: Plan, say: Say, rate: float = 2e-3) -> None:
    """Write image.pt: the averaged tower and the two scales."""
    model, _ = begin(place, plan)
    tower = model.visual.to(memory_format=torch.channels_last).train()
    classes = Classes(place)
    mixer = Mixer(place, classes)
    texts = Texts.read(place)
    captions = Captions(texts, mixer.flickr.rows)
    auxiliary = nn.Linear(tower.trunk.num_features, len(classes))
    scales = nn.Parameter(torch.tensor(_SCALES))
    optimizer = torch.optim.AdamW(
        [
            *parameter_groups(tower, 0.05, rate),
            *parameter_groups(auxiliary, 0.05, rate),
            {"params": [scales], "weight_decay": 0.0, "peak": rate},
        ],
        fused=True,
    )
    average = Average(tower, 0.998)
    for done, tell in plan.progress(say):
        size, share = next((size, share) for start, size, share in reversed(_STAGES) if start <= done)
        batch = mixer.draw(plan.batch, share, size, _CLASS_VIEW, _CAPTION_VIEW)
        set_rates(optimizer, done, warm_up=0.03)
        with torch.autocast("cpu", torch.bfloat16):
            features = tower.trunk(batch.pictures)
        features = features.float()
        vectors = functional.normalize(tower.head(features), dim=-1)
        known = len(batch.labels)
        class_scale, caption_scale = scales.exp().clamp(max=_LARGEST_SCALE)
        mask = classes.mask(batch.labels)
        guesses = auxiliary(features[:known]) + mask
        named = class_scale * vectors[:known] @ classes.some_vectors().T + mask
        bank = captions.bank()
        own = bank[batch.captioned]
        to_text = cross_entropy(
            soft_targets(own, bank, batch.captioned), caption_scale * vectors[known:] @ bank.T
        )
        to_image = cross_entropy(
            0.6 * similar(own, own) + 0.4 * torch.eye(len(own)), caption_scale * own @ vectors[known:].T
        )
        loss = (
            _AUXILIARY * functional.cross_entropy(guesses, batch.labels, label_smoothing=0.1)
            + functional.cross_entropy(named, batch.labels)
            + share * _CAPTIONS * (to_text + _BACKWARDS * to_image)
        )
        descend(loss, optimizer, tower, 2.0)
        average.update(tower)
        right = (guesses.argmax(1) == batch.labels).float().mean().item()
        tell(f"{size} px, loss {loss.item():.3f}, classes right {right:.0%}")
    torch.save({"tower": average.state, "scales": scales.detach()}, place.work / "image.pt")
