"""The table of settings, and the only reader of the environment.

A setting comes from, in this order: a command-line flag, a variable ``LLMANAC_<NAME>``, the settings
file, its default. The file is TOML with the same names in lower case: ``LLMANAC_CONFIG`` names it, else
``llmanac.toml`` in the user's configuration directory is read where it exists.
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
from typing import Annotated, Any, Literal, Self

import platformdirs
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from llmanac.auth.scope import Scope
from llmanac.errors import ConfigurationError
from llmanac.user_agent import Version, parse_version

PREFIX = "LLMANAC_"
CONFIG_VARIABLE = PREFIX + "CONFIG"
ORIGIN = re.compile(r"https?://[^/*?#\s]+")
WEB_ADDRESS = re.compile(r"https?://[^/?#@\s]+(/[^#\s]*)?")


def _split(value: Any) -> Any:
    """A variable of the environment names several things with commas between them."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Several = Annotated[tuple[str, ...], BeforeValidator(_split)]


class Settings(BaseModel):
    """What an operator can choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 picks a free one")
    workers: int = Field(1, ge=1, le=256, description="Processes that answer side by side, on one address")
    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("llmanac", appauthor=False)),
        description="Directory of the database and of built editions; made when missing",
    )
    models_dev: Path | None = Field(
        None, description="A models.dev api.json, plain or gzip, instead of the embedded one"
    )
    models_dev_models: Path | None = Field(
        None, description="A models.dev models.json, plain or gzip: what labs say of their models"
    )
    litellm: Path | None = Field(None, description="A LiteLLM price map, plain or gzip, instead of the embedded one")
    authentication: Literal["token", "none"] = Field(
        "token", description="'token': every read needs one; 'none': anyone who reaches the address may read"
    )
    cors_origins: Several = Field((), description="Origins whose pages may call the API, as browsers send them")
    featured_include: Several = Field((), description="Ids that the featured set always begins with")
    featured_exclude: Several = Field((), description="Ids that the featured set never holds")
    answer_cache_mib: int = Field(16, ge=0, le=4096, description="Memory for ready answers, MiB; 0 keeps none")

    refresh: bool = Field(
        True, description="Ask the sources at an interval; if not, only `llmanac refresh` and the API do"
    )
    refresh_interval_minutes: int = Field(60, ge=1, le=7 * 24 * 60, description="Minutes from one refresh to the next")
    refresh_confirmations: int = Field(
        3, ge=1, le=1000, description="Refreshes in a row that must say the same before an odd change is believed"
    )
    largest_feed_mib: int = Field(
        128,
        ge=128,
        le=16_384,
        description="MiB that a feed may have, unpacked; what refreshes may take of memory and time grows with it",
    )
    stale_after_hours: int = Field(
        48, ge=1, le=10_000, description="Hours without word from a source after which answers say that it is stale"
    )
    models_dev_url: str = Field("https://models.dev/api.json", description="Where models.dev is fetched from")
    models_dev_models_url: str | None = Field(
        None,
        description="Where models.dev's models.json is fetched from, such as https://models.dev/models.json; "
        "not at all without",
    )
    litellm_url: str = Field(
        "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json",
        description="Where LiteLLM's price map is fetched from",
    )
    allow_private_sources: bool = Field(
        False, description="Fetch also by plain http, and from addresses that are not public: for mirrors of one's own"
    )

    requests_per_minute: int = Field(
        0,
        ge=0,
        le=10_000_000,
        description="Requests a minute for each token; 0 for any number. Answers of 304 are free",
    )
    anonymous_requests_per_minute: int = Field(
        0, ge=0, le=10_000_000, description="Requests a minute for each address, where no good token came with them"
    )
    failures_per_minute: int = Field(
        20, ge=0, le=10_000_000, description="Credentials a minute that may turn out to be no good, for each address"
    )
    trusted_proxies: Several = Field(
        (), description="Networks of proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8"
    )
    minimum_client_version: Version | None = Field(
        None, description="Clients and commands of ours that are older get a 426, such as 1.4.0"
    )
    max_connections: int = Field(12_000, ge=1, le=1_000_000, description="Connections that each worker holds at once")
    max_connections_per_address: int = Field(
        1_000, ge=0, le=1_000_000, description="The same for one address, or one IPv6 network /64; 0 for any number"
    )
    drain_seconds: float = Field(
        0,
        ge=0,
        le=600,
        description="How long to go on accepting connections once told to stop, for a balancer to notice",
    )

    jwt_issuer: str | None = Field(None, description="The `iss` of JWTs that are taken beside tokens")
    jwt_audience: str | None = Field(None, description="The `aud` that they must be for")
    jwt_keys: str | None = Field(None, description="Their issuer's JWK set: an https address, or the path of a file")
    jwt_scope_claim: str = Field("scope", description="Where scopes stand in them; dots lead inwards")
    jwt_scopes: Several = Field((), description="Scopes that every good JWT has, whatever it says itself")

    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="How logs are written; 'auto' is text on a terminal, else JSON"
    )
    access_log: Literal["none", "notable", "all"] = Field(
        "notable", description="Requests that get a line: none, those refused or writing, or all, which takes time"
    )
    metrics_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="Port of /metrics for Prometheus; none without. Further workers take the next ones",
    )
    traces_url: str | None = Field(
        None, description="Traces endpoint of an OpenTelemetry collector (OTLP over HTTP); needs llmanac[otel]"
    )
    metrics_host: str = Field("127.0.0.1", description="Address that /metrics listens on")

    url: str | None = Field(None, description="A server that commands ask instead of the catalog on this machine")
    token: SecretStr | None = Field(None, description="The token that commands show to that server")

    @field_validator("cors_origins")
    @classmethod
    def _exact_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is not an origin such as 'https://models.example.org'")
        return origins

    @field_validator("models_dev_url", "models_dev_models_url", "litellm_url")
    @classmethod
    def _web_address(cls, url: str | None) -> str | None:
        if url is not None and not WEB_ADDRESS.fullmatch(url):
            raise ValueError("this is not an address such as 'https://mirror.example.org/api.json', without a password")
        return url

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
    def _whole_trust(self) -> Self:
        parts = (self.jwt_issuer, self.jwt_audience, self.jwt_keys)
        if any(parts) and not all(parts):
            raise ValueError("jwt_issuer, jwt_audience and jwt_keys are set together or not at all")
        return self

    @property
    def largest_feed(self) -> int:
        """Bytes that a feed may have, unpacked."""
        return self.largest_feed_mib << 20

    @property
    def is_public(self) -> bool:
        """Other machines could reach the address."""
        if self.host == "localhost":
            return False
        try:
            return not ip_address(self.host).is_loopback
        except ValueError:
            return True


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where values come from, and how a person would name one there."""

    values: Mapping[str, Any]
    spelling: str

    def spell(self, name: str) -> str:
        return self.spelling.format(flag=name.replace("_", "-"), name=name, variable=PREFIX + name.upper())


def load(**flags: Any) -> Settings:
    """The settings in force; a flag of None was not given.

    Raises ConfigurationError that names the setting as it was given, and what would be right.
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
    for name in ("models_dev_url", "models_dev_models_url", "litellm_url"):
        if (getattr(settings, name) or "").startswith("http://") and not settings.allow_private_sources:
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
    """The settings among the variables; a misspelt one is refused, since it would be ignored in silence."""
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
