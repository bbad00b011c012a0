"""Target 1: photos per second, beside what the machine could do and beside a straightforward loop.

The limit is cores / (core-seconds of decoding + core-seconds of embedding, per photo). Both are measured in
the same run as the program does them, each alone with all cores busy: decoding in worker processes, embedding
in batches with torch's threads. Whole run, decoding, embedding and loop take turns; medians of the rounds
count.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rawpy
from PIL import Image

from photolens.embedding import find_model
from photolens.imaging import formats
from photolens.imaging.workers import Decoders
from photolens.library import Library
from photolens.settings import BUILT_IN_MODEL, Settings
from tests.bench.costs import CORES, Cost, cost
from tests.bench.loads import Load, camera_load, other_loads, raw_load
from tests.bench.reporting import at_least, report
from tests.bench.scratch import Scratch

_BATCH = 16
_LOOPED = 6  # photos; the loop is slow
_OTHERS_SHARE = 4  # as many photos of the other loads


@dataclass(frozen=True, slots=True)
class Round:
    """Costs per photo."""

    whole: Cost
    decode: Cost
    embed: Cost
    loop: Cost

    @property
    def limit(self) -> float:
        """Photos per second if nothing else had to be done, and nobody else used the machine."""
        return CORES / (self.decode.core + self.embed.core)


def measure(scratch: Scratch) -> None:
    """Print the lines of every model and load; half an hour on two cores, most of it the loop and HEIC."""
    originals = scratch.folder / "originals"
    camera = camera_load(originals)
    larger = [camera_load(originals, 24, 2), camera_load(originals, 48, 2)]
    others = [*larger, *other_loads(originals), raw_load(originals)]
    for model in scratch.options.models:
        # What the other loads show of decoding is the same with every model.
        loads = [camera, *others] if model == BUILT_IN_MODEL else [camera]
        _measure(scratch, model, loads)


def _measure(scratch: Scratch, model: str, loads: Sequence[Load]) -> None:
    settings = scratch.settings(model)
    folder = scratch.folder / f"indexing-{model}"
    loop = straightforward_loop(settings)
    with (
        Library(folder / "library", settings=settings) as library,
        closing(Decoders(settings.decode_threads)) as decoders,
    ):
        library.index(loads[0].fill(folder / "first", _BATCH)[0].parents[1])
        for load in loads:
            rounds = _rounds(scratch, folder, load, library, decoders, loop)
            _tell(f"{load.name}, {model}", load, rounds, judged=load is loads[0])


def _rounds(
    scratch: Scratch,
    folder: Path,
    load: Load,
    library: Library,
    decoders: Decoders,
    loop: Callable[[Sequence[Path]], None],
) -> list[Round]:
    options = scratch.options
    count = options.photos if load.name == "12 MP JPEG" else max(4, options.photos // _OTHERS_SHARE)
    encoder = library._encoder.get()
    rounds = []
    for number in range(options.rounds):
        # Numbered on: the library knows what it has read before.
        place = folder / load.name.replace(" ", "-") / str(number)
        files = load.fill(place, count, first=(number + 1) * 1_000_000)
        before = library.status().photos
        whole = cost(lambda: library.index(place))  # noqa: B023
        assert library.status().photos == before + count
        pixels: list[np.ndarray] = []
        decode = cost(lambda: pixels.extend(_decode(files, decoders, encoder.input_spec)))  # noqa: B023
        embed = cost(lambda: _embed(encoder, pixels))  # noqa: B023
        looped = files[:_LOOPED]
        plain = cost(lambda: loop(looped))  # noqa: B023
        rounds.append(
            Round(
                per_photo(whole, count),
                per_photo(decode, count),
                per_photo(embed, count),
                per_photo(plain, len(looped)),
            )
        )
        for file in files:
            file.unlink()
        library.remove_folder(place)
    return rounds


def _decode(files: Sequence[Path], decoders: Decoders, spec: object) -> list[np.ndarray]:
    """As the program does: a thread for each core, which waits for a worker."""
    with ThreadPoolExecutor(Settings().decode_threads) as pool:
        photos = pool.map(lambda file: decoders.photo(str(file), input_spec=spec), files)  # type: ignore[arg-type]
        return [photo.model_input for photo in photos if photo.model_input is not None]


def _embed(encoder: object, pixels: Sequence[np.ndarray]) -> None:
    for start in range(0, len(pixels), _BATCH):
        encoder.encode_images(np.stack(pixels[start : start + _BATCH]))  # type: ignore[attr-defined]


def straightforward_loop(settings: Settings) -> Callable[[Sequence[Path]], None]:
    """Ready to run: load each photo whole, transform, embed in float32, one after the other."""
    import open_clip
    import torch

    files = find_model(settings.model, settings.weights)
    if files.config is not None:
        open_clip.add_model_config(files.config)
    model, _, transform = open_clip.create_model_and_transforms(files.name, pretrained=str(files.weights))
    model.eval()

    def run(photos: Sequence[Path]) -> None:
        for file in photos:
            with _whole(file) as image, torch.inference_mode():
                model.encode_image(transform(image).unsqueeze(0))

    return run


def _whole(file: Path) -> Image.Image:
    if not formats.is_raw_name(file.name):
        return Image.open(file)
    with rawpy.imread(str(file)) as photo:
        return Image.fromarray(photo.postprocess(use_camera_wb=True))


def per_photo(total: Cost, photos: int) -> Cost:
    return Cost(total.wall / photos, total.core / photos, total.others)


def _tell(name: str, load: Load, rounds: list[Round], *, judged: bool) -> None:
    speed = _median(rounds, lambda r: 1 / r.whole.wall)
    limit = _median(rounds, lambda r: r.limit)
    reached = 100 * _median(rounds, lambda r: 1 / r.whole.wall / r.limit)
    # What others leave is less than all when the machine is busy, and then nobody reaches the limit.
    left = 100 * _median(rounds, lambda r: 1 / r.whole.wall / r.limit * CORES / (CORES - r.whole.others))
    decode, embed, whole = (
        _median(rounds, lambda r, part=part: getattr(r, part).core) for part in ("decode", "embed", "whole")
    )
    loop = _median(rounds, lambda r: r.loop.wall / r.whole.wall)
    others = _median(rounds, lambda r: r.whole.others)
    report(
        f"indexing {name}",
        f"{speed:.1f} photos/s ({load.megabytes:.0f} MB each)",
        f"the machine's limit {limit:.1f}/s; {left:.0f} % of what others left",
        at_least(1, reached, 90, "%") if judged else None,
    )
    report(
        "  against a straightforward loop",
        f"{speed:.1f} photos/s",
        f"full decode, float32, one by one: {_median(rounds, lambda r: 1 / r.loop.wall):.1f}/s",
        at_least(1, loop, 5) if judged else None,
    )
    report(
        "  core-seconds per photo",
        f"{whole * 1000:.0f} ms, {_median(rounds, lambda r: r.whole.core / r.whole.wall):.1f} cores used",
        f"decode {decode * 1000:.0f} ms, embed {embed * 1000:.1f} ms, "
        f"rest {100 * (whole - decode - embed) / whole:.0f} %; other programs {others:.1f} cores",
    )


def _median(rounds: list[Round], value: Callable[[Round], float]) -> float:
    return statistics.median(value(one) for one in rounds)
