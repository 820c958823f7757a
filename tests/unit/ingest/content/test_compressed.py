from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from llmanac.errors import InvalidSource
from llmanac.ingest.content.compressed import Compressor, compress_bytes, compress_file, fingerprint

CONTENT = b'{"host": {}}' * 1000


def test_a_parcel_holds_the_content_its_size_and_its_sha256() -> None:
    compressed = compress_bytes(CONTENT)

    assert gzip.decompress(compressed.data) == CONTENT
    assert (compressed.size, compressed.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


def test_the_same_content_makes_the_same_parcel_however_it_came(tmp_path: Path) -> None:
    plain, packed = tmp_path / "feed.json", tmp_path / "feed.json.gz"
    plain.write_bytes(CONTENT)
    packed.write_bytes(gzip.compress(CONTENT, mtime=12345))
    packer = Compressor()
    for place in range(len(CONTENT)):
        packer.add(CONTENT[place : place + 1])

    assert compress_file(plain) == compress_file(packed) == packer.finish() == compress_bytes(CONTENT)


@pytest.mark.parametrize("content", [b"", b"{", b"{}"])
def test_the_smallest_contents(content: bytes) -> None:
    assert gzip.decompress(compress_bytes(content).data) == content


def test_a_content_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "feed.json.gz"
    path.write_bytes(gzip.compress(bytes(1001)))

    assert compress_file(path, limit=1001).size == 1001
    with pytest.raises(InvalidSource, match="larger than 1000 bytes"):
        compress_file(path, limit=1000)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match="cannot be read: No such file"):
        compress_file(tmp_path / "feed.json")


def test_a_file_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "feed.json.gz"
    path.write_bytes(gzip.compress(CONTENT, mtime=0)[:-9])

    with pytest.raises(InvalidSource, match="cut off"):
        compress_file(path)


@pytest.mark.parametrize(
    "data",
    [
        CONTENT,
        gzip.compress(CONTENT, mtime=0),
        gzip.compress(CONTENT[:9], mtime=0) + gzip.compress(CONTENT[9:], mtime=0),
    ],
)
def test_a_content_at_hand_is_measured_as_it_is_packed(data: bytes) -> None:
    compressed = compress_bytes(CONTENT)
    assert fingerprint(data) == fingerprint(data, limit=compressed.size) == (compressed.sha256, compressed.size)
    with pytest.raises(InvalidSource, match=f"larger than {compressed.size - 1} bytes"):
        fingerprint(data, limit=compressed.size - 1)


def test_a_damaged_content_has_no_measure() -> None:
    with pytest.raises(InvalidSource, match="cut off"):
        fingerprint(gzip.compress(CONTENT, mtime=0)[:-9])
