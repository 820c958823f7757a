"""Binary patches between texts, by which feeds of many days are stored in little space.

A patch is the newer text, compressed by zstd with the older one as its dictionary: for a feed of 4 MiB in which ten
prices changed it has 1 KiB, and takes 30 ms to make and 2 ms to apply.
"""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

QUICK = 9
THOROUGH = 19
"""Compression levels: QUICK for feeds stored at run time, THOROUGH for packaged ones (some seconds per feed)."""

SMALLEST_BASE = 8
"""Minimum size of a zstd dictionary, in bytes."""

WINDOW_LOGS = (10, 31)
"""The smallest and the largest window_log of zstd."""


def make_patch(text: bytes, *, base: bytes, level: int = QUICK) -> bytes:
    """The patch that turns ``base``, which may be empty, into ``text``."""
    least, most = WINDOW_LOGS
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: level,
        # The window must span the base and the text; by default it has a few megabytes.
        zstd.CompressionParameter.window_log: min(max((len(text) + len(base)).bit_length(), least), most),
        zstd.CompressionParameter.enable_long_distance_matching: 1,
        zstd.CompressionParameter.checksum_flag: 1,  # without it, a wrong base would give a wrong text, and no error
    }
    return zstd.compress(text, options=options, zstd_dict=_dictionary(base))


def apply_patch(patch: bytes, *, base: bytes) -> bytes:
    """Apply a patch to its base. Raises ValueError where it does not fit the base."""
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: WINDOW_LOGS[1]}
    try:
        return zstd.decompress(patch, options=options, zstd_dict=_dictionary(base))
    except zstd.ZstdError as error:
        raise ValueError(f"The patch does not fit its base: {error}") from error


def _dictionary(base: bytes) -> tuple[zstd.ZstdDict, int] | None:
    return zstd.ZstdDict(base, is_raw=True).as_prefix if len(base) >= SMALLEST_BASE else None
