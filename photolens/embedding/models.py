"""The models PhotoLens knows by name."""

from __future__ import annotations

from dataclasses import dataclass

from photolens.domain import InputSpec


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model as the user sees it. `name` is open_clip's: architecture, or architecture/tag."""

    name: str
    title: str
    megabytes: int
    licence: str
    languages: str
    sha256: str | None = None  # of the weights file, where there is only one
    source: str | None = None  # where the weights file is to be had
    input_spec: InputSpec | None = None  # known before it is loaded, photos are read meanwhile


KNOWN_MODELS: dict[str, ModelInfo] = {
    info.name: info
    for info in (
        ModelInfo(
            "photolens-mini",
            "Built in: very small, broad scenes only",
            29,
            "CC BY-NC 4.0",
            "English",
            "7268ffb2a13dda73f9d137f32f563774859db436201fa98cdc5ab01a08ff42cc",
            input_spec=InputSpec(size=96),
        ),
        ModelInfo(
            "ViT-B-32-256/datacomp_s34b_b86k",
            "CLIP ViT-B/32 at 256 px, trained on DataComp: much better, still quick",
            605,
            "MIT",
            "English",
            source="https://huggingface.co/laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K "
            "(open_clip_model.safetensors)",
            input_spec=InputSpec(size=256),
        ),
    )
}


def architecture(name: str) -> str:
    """The open_clip architecture in a model's name."""
    return name.partition("/")[0]


def pretrained_tag(name: str) -> str | None:
    """The open_clip pretrained tag in a model's name, if it has one."""
    return name.partition("/")[2] or None
