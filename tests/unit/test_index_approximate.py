"""The approximate index: finds what an exact search finds, and never loads a file that is not its own."""

from __future__ import annotations

import hashlib
import os
import random
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from photolens.index import ApproximateIndex

D = 64

# USearch's `keys` convert to an array in a way that numpy 2 is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def clustered(count: int, dimension: int = D, seed: int = 0) -> np.ndarray:
    """Unit vectors around fifty centres, as photos are; float16."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((50, dimension))
    vectors = centres[rng.integers(0, 50, count)] + 0.5 * rng.standard_normal((count, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


def built(count: int = 300, first: int = 0) -> tuple[ApproximateIndex, np.ndarray]:
    index, vectors = ApproximateIndex(D), clustered(count)
    index.add(np.arange(first, first + count), vectors)
    return index, vectors


def nearest(index: ApproximateIndex, vector: np.ndarray, count: int = 1) -> list[int]:
    return index.search(vector[None].astype(np.float32), count).tolist()


def recall(index: ApproximateIndex, ids: np.ndarray, vectors: np.ndarray, queries: np.ndarray) -> float:
    """The share of the hundred truly nearest that is found, on average over the queries."""
    asked = queries.astype(np.float32)
    exact = np.argsort(-(asked @ vectors.T.astype(np.float32)), axis=1)[:, :100]
    hits = [
        len(set(nearest(index, query, 100)) & set(ids[rows].tolist()))
        for query, rows in zip(asked, exact, strict=True)
    ]
    return float(np.mean(hits)) / 100


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """As if the disk were full: every write beyond `size` bytes of a file fails."""
    resource = pytest.importorskip("resource", reason="needs POSIX resource limits")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# --- searching ------------------------------------------------------------------------------


def test_the_hundred_nearest_are_found() -> None:
    *_, queries = parts = np.split(clustered(5100), [2500, 5000])
    ids, vectors = np.arange(5000) * 7 + 1, np.concatenate(parts[:2])
    index = ApproximateIndex(D)
    for start in (2500, 0):
        index.add(ids[start : start + 2500], vectors[start : start + 2500])
    assert len(index) == 5000
    assert recall(index, ids, vectors, queries) >= 0.95


def test_the_hundred_nearest_are_still_found_after_removals_short_of_wear() -> None:
    vectors, queries = np.split(clustered(5100), [5000])
    index = ApproximateIndex(D)
    index.add(np.arange(5000), vectors)
    index.remove(np.arange(0, 800))
    assert not index.worn
    assert recall(index, np.arange(800, 5000), vectors[800:], queries) >= 0.95


def test_an_empty_index_answers_with_nothing() -> None:
    index = ApproximateIndex(D)
    assert index.search(clustered(2).astype(np.float32), 10).tolist() == []
    assert index.ids().tolist() == []
    index.remove(np.array([1, 2]))
    index.add(np.array([], np.int64), np.empty((0, D), np.float16))
    assert len(index) == 0
    assert not index.worn


def test_several_queries_give_the_union_in_ascending_order_without_repeats() -> None:
    index, vectors = built()
    queries = vectors[[7, 200, 7]].astype(np.float32)
    found = index.search(queries, 5)
    assert found.dtype == np.int64
    assert found.tolist() == sorted({*nearest(index, vectors[7], 5), *nearest(index, vectors[200], 5)})
    assert {7, 200} <= set(found.tolist())
    assert index.search(queries[:0], 5).tolist() == []


def test_asking_for_more_than_there_is_gives_all() -> None:
    index, vectors = built(20, first=100)
    assert nearest(index, vectors[0], 1000) == list(range(100, 120))


def test_large_ids_come_back_unchanged() -> None:
    index, vectors = ApproximateIndex(D), clustered(2)
    index.add(np.array([2**62, 1]), vectors)
    assert index.ids().tolist() == [1, 2**62]
    assert nearest(index, vectors[0]) == [2**62]


# --- changing -------------------------------------------------------------------------------


def test_a_replaced_vector_is_found_in_its_new_place_only() -> None:
    index, vectors = built()
    index.add(np.array([5]), -vectors[5:6])
    assert len(index) == 300
    assert 5 not in nearest(index, vectors[5], 10)
    assert nearest(index, -vectors[5]) == [5]


def test_some_new_and_some_known_in_one_call() -> None:
    index, _ = built(10)
    index.add(np.array([9, 50]), clustered(2, seed=3))
    assert index.ids().tolist() == [*range(10), 50]


def test_removed_ids_are_never_found_and_unknown_ones_are_ignored() -> None:
    index, vectors = built()
    index.remove(np.array([3, 4, 999]))
    index.remove(np.array([3]))
    index.remove(np.array([], np.int64))
    assert len(index) == 298
    assert not {3, 4} & set(nearest(index, vectors[3], 300))
    assert not {3, 4} & set(index.ids().tolist())
    index.add(np.array([3]), vectors[3:4])
    assert nearest(index, vectors[3]) == [3]


def test_it_is_worn_once_a_fifth_was_removed_and_new_after_clearing() -> None:
    index, vectors = built(1000)
    index.remove(np.arange(150))
    assert not index.worn
    index.remove(np.arange(150, 250))
    assert index.worn
    index.clear()
    assert not index.worn
    assert len(index) == 0
    index.add(np.arange(1000), vectors)
    assert not index.worn
    index.add(np.arange(300), vectors[:300])  # replacing wears as well
    assert index.worn


def test_a_few_removals_from_a_small_index_do_not_make_it_worn() -> None:
    index, _ = built(120)
    index.remove(np.arange(90))
    assert not index.worn


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused_and_nothing_is_added(value: float) -> None:
    index, vectors = built(10)
    bad = clustered(3, seed=2)
    bad[1, 5] = value
    with pytest.raises(ValueError, match="NaN or infinity"):
        index.add(np.array([1, 20, 21]), bad)
    assert index.ids().tolist() == list(range(10))
    assert nearest(index, vectors[1]) == [1]


def test_vectors_of_another_dimension_or_number_are_refused() -> None:
    index, _ = built(10)
    for ids, vectors in ((np.array([1]), clustered(1, 32)), (np.array([1, 2]), clustered(1))):
        with pytest.raises(ValueError, match="expected vectors"):
            index.add(ids, vectors)
    assert len(index) == 10


def test_searching_while_adding_is_safe() -> None:
    index, vectors = built(200)
    more, failures = clustered(2000, seed=4), list[BaseException]()

    def search() -> None:
        try:
            for vector in vectors:
                assert nearest(index, vector, 5)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for start in range(0, 2000, 100):
        index.add(np.arange(1000 + start, 1100 + start), more[start : start + 100])
    for thread in threads:
        thread.join()
    assert not failures
    assert len(index) == 2200


# --- saving and loading ---------------------------------------------------------------------


def test_a_saved_index_answers_the_same_when_loaded(tmp_path: Path) -> None:
    index, vectors = built(1000)
    index.remove(np.arange(50))
    file = tmp_path / "index.usearch"
    digest = index.save(file)
    assert digest == hashlib.sha256(file.read_bytes()).hexdigest()
    assert list(tmp_path.iterdir()) == [file]
    again = ApproximateIndex(D)
    assert again.load(file, digest, 950)
    assert again.ids().tolist() == index.ids().tolist()
    for vector in vectors[:100]:
        assert nearest(again, vector, 20) == nearest(index, vector, 20)
    again.add(np.array([5000]), -vectors[:1])
    again.remove(np.array([60]))
    assert nearest(again, -vectors[0]) == [5000]
    assert 60 not in nearest(again, vectors[60], 50)


def test_an_empty_index_can_be_saved_and_loaded(tmp_path: Path) -> None:
    digest = ApproximateIndex(D).save(tmp_path / "index")
    index = ApproximateIndex(D)
    assert index.load(tmp_path / "index", digest, 0)
    index.add(np.array([1]), clustered(1))
    assert index.ids().tolist() == [1]


def test_the_loaded_file_may_be_replaced_and_deleted_while_in_use(tmp_path: Path) -> None:
    index, vectors = built()
    file = tmp_path / "index"
    digest = index.save(file)
    assert index.load(file, digest, 300)
    file.write_bytes(b"\0" * 1000)
    assert nearest(index, vectors[7]) == [7]
    index.save(file)
    file.unlink()
    assert nearest(index, vectors[8]) == [8]


def refused(file: Path, digest: str, vectors: int) -> bool:
    """Whether the file is refused and the index is empty afterwards, and of use."""
    index, known = built(10)
    if index.load(file, digest, vectors):
        return False
    assert len(index) == 0
    index.add(np.array([1]), known[:1])
    return nearest(index, known[0]) == [1]


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    index, _ = built()
    file = tmp_path / "index"
    digest = index.save(file)
    whole = file.read_bytes()
    for size in (0, 1, 63, 64, 1000, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:size])
        assert refused(file, digest, 300), f"cut to {size} bytes"
    file.write_bytes(whole + b"\0")
    assert refused(file, digest, 300)


def test_a_file_with_one_flipped_bit_is_refused_wherever_it_is(tmp_path: Path) -> None:
    index, _ = built()
    file = tmp_path / "index"
    digest = index.save(file)
    whole = file.read_bytes()
    offsets = [*range(0, 128, 8), *random.Random(1).sample(range(len(whole)), 60), len(whole) - 1]
    for offset in offsets:
        flipped = bytearray(whole)
        flipped[offset] ^= 1 << offset % 8
        file.write_bytes(flipped)
        assert refused(file, digest, 300), f"bit flipped at {offset}"


def test_rubbish_with_the_right_checksum_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "index"
    for data in (b"", b"rubbish" * 1000):
        file.write_bytes(data)
        assert refused(file, hashlib.sha256(data).hexdigest(), 300)


def test_an_index_of_another_dimension_or_count_is_refused(tmp_path: Path) -> None:
    small = ApproximateIndex(32)
    small.add(np.arange(10), clustered(10, 32))
    digest = small.save(tmp_path / "index")
    assert refused(tmp_path / "index", digest, 10)
    digest = built(10)[0].save(tmp_path / "index")
    assert refused(tmp_path / "index", digest, 11)
    assert refused(tmp_path / "index", digest, 0)
    assert not refused(tmp_path / "index", digest, 10)


def test_a_missing_file_or_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "nothing", "00", 1)
    assert refused(tmp_path, "00", 1)


def test_a_full_disk_leaves_the_index_saved_before(tmp_path: Path) -> None:
    index, vectors = built(1000)
    file = tmp_path / "index"
    digest = index.save(file)
    size = file.stat().st_size
    index.add(np.arange(1000, 2000), clustered(1000, seed=2))
    for limit in (0, 100, size // 2, size):
        with no_file_larger_than(limit), pytest.raises(OSError, match=r"written|large"):
            index.save(file)
        assert list(tmp_path.iterdir()) == [file], "what was half written is removed"
    assert ApproximateIndex(D).load(file, digest, 1000)
    assert len(index) == 2000
    assert nearest(index, vectors[3]) == [3]
    assert ApproximateIndex(D).load(file, index.save(file), 2000)  # there is room again


def test_a_place_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    index, vectors = built(10)
    with pytest.raises(OSError, match="missing"):
        index.save(tmp_path / "missing" / "index")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        index.save(tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
    assert nearest(index, vectors[2]) == [2]


def test_leavings_of_an_interrupted_save_do_no_harm(tmp_path: Path) -> None:
    index, _ = built(10)
    file = tmp_path / "index"
    (tmp_path / "index.new").write_bytes(b"half" * 100_000)
    digest = index.save(file)
    assert ApproximateIndex(D).load(file, digest, 10)
    assert os.listdir(tmp_path) == ["index"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
def test_a_saved_index_of_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    digest = built(10)[0].save(tmp_path / "index")
    (tmp_path / "link").symlink_to(tmp_path / "link")
    assert refused(tmp_path / "link", digest, 10)
