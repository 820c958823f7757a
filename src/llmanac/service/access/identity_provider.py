"""Opens the verifier of tokens and of an identity provider's JWTs; the provider's keys are at a URL or in a file.

It imports joserfc, which takes 0.1 s: only installations with an identity provider import this module.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

from llmanac.auth.credential_verifier import CredentialVerifier
from llmanac.auth.jwks import SigningKeys
from llmanac.auth.jwt import JwtVerifier, Trust
from llmanac.auth.verifier import TokenVerifier
from llmanac.clock import Clock
from llmanac.errors import ConfigurationError, UpstreamFailed
from llmanac.ingest.fetch.fetcher import Fetcher
from llmanac.ingest.fetch.upstream import FetchBounds, Unmodified, Upstream

KEY_BOUNDS = FetchBounds(wire_bytes=256 << 10, content_bytes=256 << 10, total_s=10, connect_s=3, attempts=2)
"""Bounds on fetching keys: tight, since a request waits for them."""


@asynccontextmanager
async def open_credential_verifier(
    tokens: TokenVerifier, trust: Trust, *, keys: str, clock: Clock, allow_private: bool
) -> AsyncIterator[CredentialVerifier]:
    """Open the verifier of tokens and of an identity provider's JWTs; ``keys`` is the URL or path of its key set."""
    async with Fetcher(
        clock=clock, jitter=SystemRandom().random, bounds=KEY_BOUNDS, allow_private=allow_private
    ) as fetcher:
        signing_keys = SigningKeys(ProviderKeys(keys, fetcher))
        yield CredentialVerifier(tokens, JwtVerifier(trust, signing_keys, clock=clock))


@dataclass(frozen=True, slots=True)
class ProviderKeys:
    """An identity provider's key set, at a URL or in a file: a ``KeySource``."""

    location: str
    fetcher: Fetcher

    async def fetch(self) -> bytes:
        """The key set as a JSON document. Raises UpstreamFailed for a URL, and ConfigurationError for a file."""
        if "://" not in self.location:
            return await asyncio.to_thread(_read, Path(self.location))
        fetched = await self.fetcher.fetch(Upstream(self.location))
        if isinstance(fetched, Unmodified):
            raise UpstreamFailed("The identity provider answered a request without conditions with 304 Not Modified.")
        return gzip.decompress(fetched.compressed.data)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"The keys of the identity provider, {path}, cannot be read: {error.strerror}."
        ) from None
