"""Downloads over a network that cuts, stalls, lies and sends elsewhere, from a real server."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from photolens.embedding.download import Wanted, discard, download
from photolens.embedding.network import Network, Redirects
from photolens.errors import DownloadCancelled, ModelError
from tests.model_server import ModelServer, Served, model_server

DATA = random.Random(1).randbytes(300_000)
SHA = hashlib.sha256(DATA).hexdigest()
FILE = "/m/resolve/1/weights"
QUICK = Network(silence_seconds=5, waits=(0.01, 0.01, 0.01))


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "weights.part"


def wanted(server: ModelServer, sha256: str | None = SHA, size: int | None = len(DATA)) -> Wanted:
    return Wanted(server.url + FILE, size, sha256)


def test_a_file_arrives_with_its_checksum_and_progress(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA)
    told: list[tuple[int, int | None]] = []
    assert download(wanted(server), target, QUICK, lambda *at: told.append(at)) == SHA
    assert target.read_bytes() == DATA
    assert told[0] == (0, len(DATA)) and told[-1] == (len(DATA), len(DATA))
    assert told == sorted(told)
    discard(target)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("etag", ['"one"', 'W/"weak"', None])
def test_a_cut_connection_goes_on_where_it_was(server: ModelServer, target: Path, etag: str | None) -> None:
    server.files[FILE] = Served(DATA, etag=etag, cuts=[100_000, 50_000, 1])
    assert download(wanted(server), target, QUICK) == SHA
    assert [asked for _, asked in server.asked] == [None, "bytes=100000-", "bytes=150000-", "bytes=150001-"]


def test_nothing_known_of_it_a_cut_download_begins_anew(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA, etag=None, cuts=[100_000])
    assert download(wanted(server, None, None), target, QUICK) == SHA
    assert [asked for _, asked in server.asked] == [None, None]


def test_a_server_without_ranges_sends_all_again(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA, ranges=False, cuts=[100_000])
    assert download(wanted(server), target, QUICK) == SHA
    assert target.read_bytes() == DATA


@pytest.mark.parametrize("obeys_if_range", [True, False])
def test_a_file_that_changed_meanwhile_is_not_mixed_with_the_old(
    server: ModelServer, target: Path, obeys_if_range: bool
) -> None:
    server.files[FILE] = Served(bytes(len(DATA)), etag='"old"', cuts=[100_000])
    with pytest.raises(ModelError, match="broke off"):
        download(wanted(server, None, None), target, Network(waits=()))
    assert target.stat().st_size == 100_000
    server.files[FILE] = Served(DATA, etag='"new"', obeys_if_range=obeys_if_range)
    assert download(wanted(server, None, None), target, QUICK) == SHA
    assert target.read_bytes() == DATA


def test_a_download_goes_on_in_a_later_run(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA, cuts=[200_000])
    with pytest.raises(ModelError, match="try again; it goes on where it stopped"):
        download(wanted(server), target, Network(waits=()))
    assert download(wanted(server), target, QUICK) == SHA
    assert server.asked[-1] == (FILE, "bytes=200000-")


def test_what_had_arrived_whole_is_not_asked_for_again(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA)
    download(wanted(server, None, None), target, QUICK)
    assert download(wanted(server), target, QUICK) == SHA
    assert len(server.asked) == 1


def test_bytes_of_another_download_are_not_taken_for_a_beginning(server: ModelServer, target: Path) -> None:
    target.write_bytes(b"rubbish")
    server.files[FILE] = Served(DATA)
    assert download(wanted(server), target, QUICK) == SHA
    assert server.asked == [(FILE, None)]


def test_more_bytes_than_the_file_has_are_thrown_away(server: ModelServer, target: Path) -> None:
    target.write_bytes(DATA + b"more")
    target.with_name("weights.part.json").write_text(json.dumps({"url": wanted(server).url}))
    server.files[FILE] = Served(DATA)
    assert download(wanted(server), target, QUICK) == SHA


# --- what is wrong ----------------------------------------------------------------------------


def test_damage_on_the_way_is_got_again_and_a_wrong_file_refused(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA[:-1] + b"?")
    with pytest.raises(ModelError, match="checksum is wrong"):
        download(wanted(server), target, QUICK)
    assert len(server.asked) == 2
    assert not target.exists()


def test_a_damaged_beginning_costs_one_more_download(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA, cuts=[100_000])
    with pytest.raises(ModelError):
        download(wanted(server), target, Network(waits=()))
    with target.open("r+b") as file:
        file.write(b"flipped")
    assert download(wanted(server), target, QUICK) == SHA
    assert [asked for _, asked in server.asked] == [None, "bytes=100000-", None]


def test_another_size_is_no_model(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(b"<html>Please log in</html>")
    with pytest.raises(ModelError, match="offers 26 bytes instead of 300 kB"):
        download(wanted(server), target, QUICK)
    assert not target.exists()


def test_the_hubs_own_checksum_is_believed_where_none_is_known(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA, linked=True, redirect=server.url + "/cdn")
    server.files["/cdn"] = Served(bytes(len(DATA)))
    with pytest.raises(ModelError, match="checksum is wrong"):
        download(wanted(server, None, None), target, QUICK)
    server.files["/cdn"] = Served(DATA, etag=None, cuts=[1000])
    assert download(wanted(server, None, None), target, QUICK) == SHA
    assert server.asked[-1] == ("/cdn", "bytes=1000-")


def test_a_hub_that_has_another_file_is_found_out_before_it_is_downloaded(
    server: ModelServer, target: Path
) -> None:
    server.files[FILE] = Served(bytes(len(DATA)), linked=True)
    with pytest.raises(ModelError, match="another file than PhotoLens expects"):
        download(wanted(server), target, QUICK)
    assert not target.exists()


def test_a_file_that_is_not_there_is_said_at_once(server: ModelServer, target: Path) -> None:
    with pytest.raises(ModelError, match=r"does not have the file .*import it"):
        download(wanted(server), target, QUICK)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [401, 403, 451])
def test_a_refusal_is_said_at_once(server: ModelServer, target: Path, status: int) -> None:
    server.files[FILE] = Served(DATA, statuses=[status])
    with pytest.raises(ModelError, match=f"refuses the download \\({status}"):
        download(wanted(server), target, QUICK)
    assert len(server.asked) == 1


def test_a_busy_server_is_asked_again_and_in_the_end_given_up(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA, statuses=[503, 429])
    assert download(wanted(server), target, QUICK) == SHA
    target.unlink()
    server.files[FILE] = Served(DATA, statuses=[500] * 9)
    with pytest.raises(ModelError, match="is busy"):
        download(wanted(server), target, QUICK)
    assert len(server.asked) == 3 + 3


def test_a_server_says_when_to_come_again(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA, statuses=[503], headers={"Retry-After": "1"})
    started = time.monotonic()
    assert download(wanted(server), target, QUICK) == SHA
    assert time.monotonic() - started >= 1


def test_nobody_there_is_explained(target: Path) -> None:
    with model_server() as gone:
        address = gone.url
    with pytest.raises(ModelError, match="Check the connection"):
        download(Wanted(address + FILE), target, QUICK)


# --- silence, redirects, proxies ---------------------------------------------------------------


def test_a_server_that_goes_silent_is_left_and_asked_for_the_rest(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA, stalls=[120_000])
    assert download(wanted(server), target, Network(silence_seconds=0.3, waits=(0.01,))) == SHA
    assert server.asked[-1] == (FILE, "bytes=120000-")


def test_a_slow_server_is_waited_for(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA[:20_000], slow_seconds=0.02)
    small = Wanted(server.url + FILE, 20_000, hashlib.sha256(DATA[:20_000]).hexdigest())
    assert download(small, target, Network(silence_seconds=0.3, waits=())) == small.sha256
    assert len(server.asked) == 1


def test_a_server_that_does_not_say_how_much_comes(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA, says_length=False)
    told: list[tuple[int, int | None]] = []
    assert download(wanted(server, SHA, None), target, QUICK, lambda *at: told.append(at)) == SHA
    assert told[-1] == (len(DATA), None)


def test_redirects_are_followed_with_the_range(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA, redirect=server.url + "/second")
    server.files["/second"] = Served(DATA, redirect="/third")
    server.files["/third"] = Served(DATA, cuts=[1000])
    assert download(wanted(server), target, QUICK) == SHA
    assert server.asked[-1] == ("/third", "bytes=1000-")


def test_redirects_in_a_circle_end(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA, redirect=server.url + FILE)
    with pytest.raises(ModelError, match="refuses the download"):
        download(wanted(server), target, QUICK)
    assert len(server.asked) < 20


def test_no_redirect_leaves_encryption_or_the_web() -> None:
    from urllib.request import Request

    redirects = Redirects()
    for start, end in (("https://a/", "http://b/"), ("http://a/", "ftp://b/"), ("https://a/", "file:///b")):
        with pytest.raises(ModelError, match="without encryption"):
            redirects.redirect_request(Request(start), None, 302, "", {}, end)  # type: ignore[arg-type]
    followed = redirects.redirect_request(Request("http://a/"), None, 302, "", {}, "https://b/")  # type: ignore[arg-type]
    assert followed is not None and followed.full_url == "https://b/"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes the certificate")
def test_a_server_that_cannot_prove_who_it_is_is_not_believed(tmp_path: Path, target: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with model_server(tls) as secure:
        secure.files[FILE] = Served(DATA)
        with pytest.raises(ModelError, match="cannot prove who it is"):
            download(wanted(secure), target, QUICK)
    assert not target.exists()


def test_a_proxy_is_used_where_one_is_set(
    server: ModelServer, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "")
    server.files[FILE] = Served(DATA)  # it answers for whatever host is asked for
    elsewhere = Wanted("http://models.invalid" + FILE, len(DATA), SHA)
    assert download(elsewhere, target, Network(proxy=server.url, waits=())) == SHA
    target.unlink()
    monkeypatch.setenv("http_proxy", server.url)
    assert download(elsewhere, target, Network(waits=())) == SHA


# --- the disk, and the user ---------------------------------------------------------------------


def test_a_disk_without_room_is_said_before_anything_is_downloaded(
    server: ModelServer, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.files[FILE] = Served(DATA)
    usage = shutil.disk_usage(target.parent)._replace(free=len(DATA) + 999)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(ModelError, match=r"no room for the model.*301 kB are free"):
        download(wanted(server), target, QUICK, room=lambda size: 1000)
    assert not target.exists()
    assert download(wanted(server), target, QUICK, room=lambda size: 999) == SHA


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
def test_a_disk_that_fills_up_is_said(server: ModelServer, tmp_path: Path) -> None:
    server.files[FILE] = Served(DATA)
    (tmp_path / "full.part").symlink_to("/dev/full")
    with pytest.raises(ModelError, match="There is no room left"):
        download(wanted(server), tmp_path / "full.part", QUICK)


def test_a_file_that_cannot_be_written_is_said(server: ModelServer, target: Path) -> None:
    server.files[FILE] = Served(DATA)
    target.mkdir()
    with pytest.raises(ModelError, match="cannot be written"):
        download(wanted(server), target, QUICK)


@pytest.mark.parametrize("when", ["before", "receiving", "silent", "between tries"])
def test_a_cancel_ends_it_soon_and_keeps_what_there_is(server: ModelServer, target: Path, when: str) -> None:
    cancel = threading.Event()
    server.files[FILE] = Served(
        DATA,
        stalls=[50_000] if when == "silent" else [],
        statuses=[503] * 9 if when == "between tries" else [],
        slow_seconds=0.002 if when == "receiving" else 0,
    )

    def report(done: int, total: int | None) -> None:
        if when == "receiving" and done >= 50_000:
            cancel.set()

    if when == "before":
        cancel.set()
    late = threading.Timer(5 if when == "receiving" else 0.3, cancel.set)
    late.start()
    with pytest.raises(DownloadCancelled):
        download(wanted(server), target, Network(silence_seconds=15, waits=(15.0, 15.0)), report, cancel)
    late.cancel()
    late.join()
    if when in ("receiving", "silent"):
        assert target.stat().st_size >= 50_000
        server.files[FILE] = Served(DATA)
        assert download(wanted(server), target, QUICK) == SHA
        asked = server.asked[-1][1]
        assert asked is not None and int(asked[6:-1]) >= 50_000
