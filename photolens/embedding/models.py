"""The models PhotoLens knows by name."""

from __future__ import annotations

from dataclasses import dataclass

from photolens.domain import InputSpec
from photolens.messages import Message, message

HUB = "https://huggingface.co"


@dataclass(frozen=True, slots=True)
class Licence:
    """Under which terms the weights may be used. `limits`: what they forbid, in words."""

    name: str
    url: str
    limits: Message | None = None


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file of a repository. Its SHA-256 and exact size where they were known for certain."""

    path: str
    megabytes: int
    sha256: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model is to be had: a repository of the hub at one revision, whose files never change."""

    repository: str
    revision: str
    weights: RemoteFile
    tokenizer: RemoteFile | None = None  # for words that are not cut as CLIP does

    @property
    def page(self) -> str:
        """What a person opens to read about it."""
        return f"{HUB}/{self.repository}"

    @property
    def files(self) -> tuple[RemoteFile, ...]:
        """All that is downloaded, the weights last."""
        return (self.weights,) if self.tokenizer is None else (self.tokenizer, self.weights)

    @property
    def megabytes(self) -> int:
        """What a download brings."""
        return sum(file.megabytes for file in self.files)

    def url(self, file: RemoteFile, base: str = "") -> str:
        """The address of a file, at the hub or at a mirror that is laid out like it."""
        return f"{(base or HUB).rstrip('/')}/{self.repository}/resolve/{self.revision}/{file.path}"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model as the user sees it. `name` is open_clip's: architecture, or architecture/tag.

    `megabytes` is what it takes on disk, weights in float16.
    """

    name: str
    title: str
    purpose: Message
    megabytes: int
    licence: Licence
    languages: Message
    sha256: str | None = None  # of the weights that ship with PhotoLens
    source: Source | None = None  # None: it ships with PhotoLens
    input_spec: InputSpec | None = None  # known before it is loaded, photos are read meanwhile

    @property
    def published_sha256(self) -> str | None:
        """Of the weights as their makers give them out, where it is known."""
        return self.sha256 if self.source is None else self.source.weights.sha256


_MIT = Licence("MIT", "https://opensource.org/license/mit")
_APACHE = Licence("Apache 2.0", "https://www.apache.org/licenses/LICENSE-2.0")
_NON_COMMERCIAL = Licence(
    "CC BY-NC 4.0", "https://creativecommons.org/licenses/by-nc/4.0/", message("not for commercial use")
)

# The one to propose to who has never chosen.
RECOMMENDED_MODEL = "ViT-B-32-256/datacomp_s34b_b86k"

KNOWN_MODELS: dict[str, ModelInfo] = {
    info.name: info
    for info in (
        ModelInfo(
            "photolens-mini",
            "PhotoLens mini",
            message("built in: quick and small, knows broad scenes only"),
            29,
            _NON_COMMERCIAL,
            message("English"),
            sha256="7268ffb2a13dda73f9d137f32f563774859db436201fa98cdc5ab01a08ff42cc",
            input_spec=InputSpec(size=96),
        ),
        ModelInfo(
            RECOMMENDED_MODEL,
            "CLIP B/32, DataComp",
            message("for most people: much better at everything, still quick"),
            303,
            _MIT,
            message("English"),
            source=Source(
                "laion/CLIP-ViT-B-32-256x256-DataComp-s34B-b86K",
                "4afec35ffe57a943d569ff7ee888061830164da8",
                RemoteFile(
                    "open_clip_model.safetensors",
                    605,
                    "92c26d60d3200ed5ed040dff31a8d19f8140648da8007216c25744c478deef27",
                    605_189_364,
                ),
            ),
            input_spec=InputSpec(size=256),
        ),
        ModelInfo(
            "ViT-B-32-SigLIP2-256/webli",
            "SigLIP 2 B/32",
            message("for searching in other languages than English, and for detail"),
            788,
            _APACHE,
            message("about 100, English first"),
            source=Source(
                "timm/ViT-B-32-SigLIP2-256",
                "cd1efb47643f2794413dd79ef24397c175032780",
                RemoteFile("open_clip_model.safetensors", 1507),
                RemoteFile(
                    "tokenizer.json",
                    34,
                    "220c63d496e0c14e63eb656c91e0215e926202e4c74b1f089e09f1920d779b04",
                    34_362_885,
                ),
            ),
            input_spec=InputSpec(size=256, resize_mode="squash"),
        ),
        ModelInfo(
            "PE-Core-L-14-336/meta",
            "Perception Encoder L/14",
            message("best results; slow without a graphics card"),
            1342,
            _APACHE,
            message("English"),
            source=Source(
                "timm/PE-Core-L-14-336",
                "8eff41b3f687e50a323662c2dda5eb3588c6dd35",
                RemoteFile("open_clip_model.safetensors", 2685),
            ),
            input_spec=InputSpec(size=336, resize_mode="squash", interpolation="bilinear"),
        ),
    )
}
"""Architectures and tags are open_clip's (3.3). Licences are those of the models' cards: DataComp's on its
repository page; SigLIP 2's and Perception Encoder's on the pages of the same series. SHA-256 and exact
sizes are given where several independent projects state the same. Of the weights of SigLIP 2 and Perception
Encoder they could not be checked so: the first download trusts what the hub says of the file, and keeps it.
Their megabytes are counted from open_clip's architecture, their revisions taken from projects that pin
them. None of the downloads was tried from the hub itself. That SigLIP 2 was trained on 109 languages is its
makers' word.
"""


def architecture(name: str) -> str:
    """The open_clip architecture in a model's name."""
    return name.partition("/")[0]


def pretrained_tag(name: str) -> str | None:
    """The open_clip pretrained tag in a model's name, if it has one."""
    return name.partition("/")[2] or None
