"""The programs that read dialects: the lines that point each of them here, and how it asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from llmanac import paths

SHELL = "a shell"
VARIABLE = "$LLMANAC_TOKEN"
"""The token in lines for a shell, where none is given."""
PLACEHOLDER = "<token>"
"""The token in all other lines, where none is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A program, the dialect that it reads, and the lines that point it at a server."""

    name: str
    """Its name on the command line; lower-case letters and hyphens."""
    label: str
    """Its name for people."""
    dialect: str
    """The name of the dialect that it reads."""
    place: str
    """Where the lines go: SHELL, a file, or a language."""
    lines: str
    """A template of the lines, in which ``{url}`` is the server's address, below a key where it sends no credential,
    and ``{token}`` a token."""
    sends_credential: bool = True
    """Whether it sends a token; one that does not is given a key in the path."""
    asks: str
    """The address that it asks first."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """The headers by which it is told from other clients of the address."""
    count: Callable[[Any], int]
    """Counts the models of what it is answered. Raises KeyError, TypeError or AttributeError for anything else."""

    def lines_for(self, url: str, token: str | None = None) -> str:
        """The lines for a server at this address, and for the bearer of this token."""
        written = token or (VARIABLE if self.place == SHELL else PLACEHOLDER)
        below = url.rstrip("/") + ("" if self.sends_credential else f"{paths.KEY_PREFIX}{written}")
        return self.lines.replace("{url}", below).replace("{token}", written).strip("\n")


def _in_data(answer: Any) -> int:
    return len(answer["data"])


def _by_provider(answer: Any) -> int:
    return sum(len(provider["models"]) for provider in answer.values())


def _in_list(answer: Any) -> int:
    return sum(len(provider["models"]) for provider in answer)


CLIENTS = (
    Client(
        name="opencode",
        label="opencode",
        dialect="models-dev",
        place=SHELL,
        lines='export OPENCODE_MODELS_URL="{url}"\nopencode models --refresh',
        sends_credential=False,
        asks=paths.MODELS_DEV,
        count=_by_provider,
    ),
    Client(
        name="litellm",
        label="LiteLLM, SDK and proxy",
        dialect="litellm",
        place=SHELL,
        lines=f'export LITELLM_MODEL_COST_MAP_URL="{{url}}{paths.LITELLM}"',
        sends_credential=False,
        asks=paths.LITELLM,
        count=lambda answer: len(answer.keys() - {"sample_spec"}),
    ),
    Client(
        name="aider",
        label="aider",
        dialect="litellm",
        place=SHELL,
        lines=(
            f'export LITELLM_MODEL_COST_MAP_URL="{{url}}{paths.LITELLM}"\n'
            "# Before it loads LiteLLM, aider reads the map that it keeps for a day; this is that file.\n"
            f'curl --create-dirs -o ~/.aider/caches/model_prices_and_context_window.json "{{url}}{paths.LITELLM}"'
        ),
        sends_credential=False,
        asks=paths.LITELLM,
        count=lambda answer: len(answer.keys() - {"sample_spec"}),
    ),
    Client(
        name="openai",
        label="OpenAI's SDKs, and pickers of models",
        dialect="openai",
        place=SHELL,
        lines='export OPENAI_BASE_URL="{url}/v1"\nexport OPENAI_API_KEY="{token}"',
        asks=paths.MODELS,
        count=_in_data,
    ),
    Client(
        name="anthropic",
        label="Anthropic's SDKs",
        dialect="anthropic",
        place=SHELL,
        lines='export ANTHROPIC_BASE_URL="{url}"\nexport ANTHROPIC_API_KEY="{token}"',
        asks=f"{paths.MODELS}?limit=1000",
        headers={"anthropic-version": "2023-06-01"},
        count=_in_data,
    ),
    Client(
        name="codex",
        label="Codex",
        dialect="codex",
        place="~/.codex/config.toml",
        lines="""
[features]
api_key_model_discovery = true

[model_providers.catalog]
base_url = "{url}/v1"
model_catalog_url = "{url}/v1/models"
wire_api = "responses"
env_key = "LLMANAC_TOKEN"
""",
        asks=f"{paths.MODELS}?client_version=1.0.0",
        count=lambda answer: len(answer["models"]),
    ),
    Client(
        name="openrouter",
        label="OpenRouter's SDKs",
        dialect="openrouter",
        place="Python",
        lines=f'client = OpenRouter(server_url="{{url}}{paths.OPENROUTER}", api_key=os.environ["LLMANAC_TOKEN"])',
        asks=f"{paths.OPENROUTER}/models",
        count=_in_data,
    ),
    Client(
        name="genai-prices",
        label="genai-prices, Pydantic AI",
        dialect="genai-prices",
        place="Python",
        lines=f'with UpdatePrices(url="{{url}}{paths.GENAI_PRICES}"):\n    ...',
        sends_credential=False,
        asks=paths.GENAI_PRICES,
        count=_in_list,
    ),
    Client(
        name="ai-sdk",
        label="The AI SDK's gateway provider",
        dialect="ai-gateway",
        place="JavaScript",
        lines=(
            f"createGateway({{ baseURL: '{{url}}{paths.AI_GATEWAY.rpartition('/')[0]}', "
            "apiKey: process.env.LLMANAC_TOKEN })"
        ),
        asks=paths.AI_GATEWAY,
        count=lambda answer: len(answer["models"]),
    ),
    Client(
        name="crush",
        label="Crush",
        dialect="catwalk",
        place=SHELL,
        lines=f'export CATWALK_URL="{{url}}{paths.CATWALK.partition("/v2")[0]}"\ncrush',
        sends_credential=False,
        asks=paths.CATWALK,
        count=_in_list,
    ),
)
"""Every client that is known; a new one is a row."""
