"""The settings and how they are loaded; nothing else reads the environment.

A setting is taken from the first of these that has it: a command-line flag, an environment variable
``LLMANAC_<NAME>``, the settings file, its default. The file is TOML with the same names in lower case:
``LLMANAC_CONFIG`` is its path, else ``llmanac.toml`` in the user's configuration directory is read if it exists.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import platformdirs
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    create_model,
    field_validator,
    model_validator,
)

from llmanac.auth.scope import Scope
from llmanac.errors import ConfigurationError
from llmanac.ingest.decode.sources import FILE_SETTINGS, SOURCES, URL_SETTINGS
from llmanac.user_agent import Version, parse_version

PREFIX = "LLMANAC_"
CONFIG_VARIABLE = PREFIX + "CONFIG"
ORIGIN = re.compile(r"https?://[^/*?#\s]+")
WEB_ADDRESS = re.compile(r"https?://[^/?#@\s]+(/[^#\s]*)?")


def _split(value: Any) -> Any:
    """Split a string at commas, as environment variables give several values."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _web_address(url: str) -> str:
    if not WEB_ADDRESS.fullmatch(url):
        raise ValueError("this is not an address such as 'https://mirror.example.org/api.json', without a password")
    return url


Several = Annotated[tuple[str, ...], BeforeValidator(_split)]
WebAddress = Annotated[str, AfterValidator(_web_address)]


def _source_fields() -> dict[str, Any]:
    """A field for the file and one for the address of each source that can have one, as pydantic takes them."""
    fields: dict[str, Any] = {}
    for source, file in FILE_SETTINGS.items():
        instead = ", instead of the embedded one" if SOURCES[source].required else ""
        fields[file.name] = (Path | None, Field(None, description=file.description + instead))
    for url in URL_SETTINGS.values():
        kind = WebAddress if url.default else WebAddress | None
        fields[url.name] = (kind, Field(url.default, description=url.description))
    return fields


if TYPE_CHECKING:
    SourceSettings = BaseModel  # its fields are read through ``Settings.source_files`` and ``source_urls``
else:
    SourceSettings = create_model("SourceSettings", **_source_fields())


class Settings(SourceSettings):
    """The settings of a server and of commands; those of sources are made from the table of sources."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 picks a free one")
    workers: int = Field(1, ge=1, le=256, description="Worker processes that serve requests, on one address")
    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("llmanac", appauthor=False)),
        description="Directory of the database and of built editions; created if missing",
    )
    overlays: Path | None = Field(
        None, description="A file of overlays, or a directory of such files, which a server follows"
    )
    policies: Path | None = Field(
        None, description="A file of policies, or a directory of such files, which a server follows"
    )
    authentication: Literal["token", "none"] = Field(
        "token", description="'token': every read needs a token; 'none': anyone who reaches the address may read"
    )
    cors_origins: Several = Field((), description="Origins whose pages may call the API, as browsers send them")
    featured_include: Several = Field((), description="Ids that the featured set always begins with")
    featured_exclude: Several = Field((), description="Ids that are never in the featured set")
    answer_cache_mib: int = Field(
        16, ge=0, le=4096, description="Memory for cached responses in each worker, MiB; 0 caches none"
    )

    refresh: bool = Field(
        True, description="Refresh from the sources at an interval; if not, only `llmanac refresh` and the API do"
    )
    refresh_interval_minutes: int = Field(60, ge=1, le=7 * 24 * 60, description="Minutes between scheduled refreshes")
    refresh_confirmations: int = Field(
        3, ge=1, le=1000, description="Consecutive refreshes that must find an anomaly before it is confirmed"
    )
    largest_feed_mib: int = Field(
        128,
        ge=128,
        le=16_384,
        description="Largest feed, in MiB unpacked; the memory and time limits of refreshes grow with it",
    )
    stale_after_hours: int = Field(
        48, ge=1, le=10_000, description="Hours without a response from a source after which it is reported as stale"
    )
    allow_private_sources: bool = Field(
        False, description="Also fetch over plain http and from non-public addresses, such as an internal mirror"
    )

    requests_per_minute: int = Field(
        0,
        ge=0,
        le=10_000_000,
        description="Requests per minute and token; 0 for no limit. Responses of 304 are not counted",
    )
    anonymous_requests_per_minute: int = Field(
        0, ge=0, le=10_000_000, description="Requests without a valid token, per minute and address; 0 for no limit"
    )
    failures_per_minute: int = Field(
        20, ge=0, le=10_000_000, description="Failed authentications per minute and client address; 0 for no limit"
    )
    trusted_proxies: Several = Field(
        (), description="Networks of proxies whose X-Forwarded-For is trusted, such as 10.0.0.0/8"
    )
    minimum_client_version: Version | None = Field(
        None, description="Oldest version of llmanac's clients that is served, such as 1.4.0; older ones get a 426"
    )
    max_connections: int = Field(12_000, ge=1, le=1_000_000, description="Open connections per worker")
    max_connections_per_address: int = Field(
        1_000, ge=0, le=1_000_000, description="Open connections per worker and address or IPv6 /64; 0 for no limit"
    )
    drain_seconds: float = Field(
        0,
        ge=0,
        le=600,
        description="Seconds to keep accepting connections after SIGTERM, so that a load balancer notices",
    )

    jwt_issuer: str | None = Field(None, description="Issuer (`iss`) of JWTs that are accepted beside tokens")
    jwt_audience: str | None = Field(None, description="Audience (`aud`) that JWTs must name")
    jwt_keys: str | None = Field(None, description="The issuer's JWK set: an https URL, or the path of a file")
    jwt_scope_claim: str = Field("scope", description="Claim of JWTs that holds scopes; dots separate nested names")
    jwt_scopes: Several = Field((), description="Scopes that every valid JWT has, in addition to those in its claims")

    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="Format of the logs; 'auto' is text on a terminal, else JSON"
    )
    access_log: Literal["none", "notable", "all"] = Field(
        "notable", description="Requests that are logged: none, those that fail or write, or all, which costs time"
    )
    metrics_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="Port of /metrics for Prometheus, by default none. Each further worker takes the next port",
    )
    traces_url: str | None = Field(
        None, description="Traces endpoint of an OpenTelemetry collector (OTLP over HTTP); needs llmanac[otel]"
    )
    metrics_host: str = Field("127.0.0.1", description="Address that /metrics listens on")

    url: str | None = Field(None, description="Server that commands query instead of the catalog on this machine")
    token: SecretStr | None = Field(None, description="Token that commands send to that server")

    @field_validator("cors_origins")
    @classmethod
    def _exact_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is not an origin such as 'https://models.example.org'")
        return origins

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            ip_network(network)
        return networks

    @field_validator("minimum_client_version", mode="before")
    @classmethod
    def _three_numbers(cls, version: object) -> Version | None:
        return None if version is None else parse_version(str(version))

    @field_validator("jwt_scopes")
    @classmethod
    def _known_scopes(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(names) - {scope.value for scope in Scope})
        if unknown:
            raise ValueError(f"{', '.join(unknown)} is not a scope")
        return names

    @model_validator(mode="after")
    def _jwt_settings_are_complete(self) -> Self:
        parts = (self.jwt_issuer, self.jwt_audience, self.jwt_keys)
        if any(parts) and not all(parts):
            raise ValueError("jwt_issuer, jwt_audience and jwt_keys are set together or not at all")
        return self

    @property
    def source_files(self) -> dict[str, Path]:
        """The local files that are set, by source."""
        files = {source: getattr(self, it.name) for source, it in FILE_SETTINGS.items()}
        return {source: path for source, path in files.items() if path is not None}

    @property
    def source_urls(self) -> dict[str, str]:
        """The addresses that are set, or set by default, by source."""
        urls = {source: getattr(self, it.name) for source, it in URL_SETTINGS.items()}
        return {source: url for source, url in urls.items() if url is not None}

    @property
    def largest_feed(self) -> int:
        """The largest feed in bytes, unpacked."""
        return self.largest_feed_mib << 20

    @property
    def is_public(self) -> bool:
        """Whether other machines could reach the address that is listened on."""
        if self.host == "localhost":
            return False
        try:
            return not ip_address(self.host).is_loopback
        except ValueError:
            return True


@dataclass(frozen=True, slots=True)
class _Origin:
    """A source of settings, and how a setting is spelled there."""

    values: Mapping[str, Any]
    spelling: str

    def spell(self, name: str) -> str:
        return self.spelling.format(flag=name.replace("_", "-"), name=name, variable=PREFIX + name.upper())


def load(**flags: Any) -> Settings:
    """Load the settings; a flag of None counts as absent.

    Raises ConfigurationError, which names the setting as it is spelled at its origin and says what would be right.
    """
    path = _config_path(os.environ)
    origins = (
        _Origin(_read_file(path) if path else {}, f"{{name}} in {path}"),
        _Origin(_read_environment(os.environ), "{variable}"),
        _Origin({name: value for name, value in flags.items() if value is not None}, "--{flag}"),
    )
    given = {name: origin for origin in origins for name in origin.values}
    try:
        settings = Settings(**{name: origin.values[name] for name, origin in given.items()})
    except ValidationError as error:
        raise ConfigurationError("; ".join(_explain(fault, given) for fault in error.errors()) + ".") from None
    for source, url in settings.source_urls.items():
        if url.startswith("http://") and not settings.allow_private_sources:
            name = URL_SETTINGS[source].name
            raise ConfigurationError(
                f"{given[name].spell(name)}: plain http needs allow_private_sources. Use an https address."
            )
    if settings.authentication == "none" and settings.is_public:
        raise ConfigurationError(
            f"Refusing to listen on {settings.host} with authentication 'none': other machines could reach it. "
            "Listen on 127.0.0.1, or leave authentication at 'token'."
        )
    return settings


def _config_path(environment: Mapping[str, str]) -> Path | None:
    if named := environment.get(CONFIG_VARIABLE):
        return Path(named)
    usual = Path(platformdirs.user_config_dir("llmanac", appauthor=False)) / "llmanac.toml"
    return usual if usual.exists() else None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"The settings file {path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The settings file {path} is not TOML: {error}.") from None
    for name in content:
        if name not in Settings.model_fields:
            raise ConfigurationError(f"{path} has a setting {name!r} that llmanac does not know{_nearest(name)}.")
    return content


def _read_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The settings among the environment variables. Raises ConfigurationError for an unknown ``LLMANAC_…`` variable."""
    names = {variable: variable.removeprefix(PREFIX).lower() for variable in environment if variable.startswith(PREFIX)}
    names.pop(CONFIG_VARIABLE, None)
    for variable, name in names.items():
        if name not in Settings.model_fields:
            raise ConfigurationError(f"The variable {variable} is not a setting of llmanac{_nearest(name, PREFIX)}.")
    return {name: environment[variable] for variable, name in names.items() if environment[variable]}


def _nearest(name: str, prefix: str = "") -> str:
    close = difflib.get_close_matches(name, Settings.model_fields, n=1)
    if not close:
        return ""
    return f"; the nearest is {prefix + close[0].upper() if prefix else close[0]}"


def _explain(fault: Any, given: Mapping[str, _Origin]) -> str:
    message: str = fault["msg"].removeprefix("Value error, ")
    if not fault["loc"]:
        return message  # of several settings together
    name = str(fault["loc"][0])
    where = given[name].spell(name) if name in given else name
    return f"{where}: {message} (given: {str(fault['input'])[:80]!r})"
