"""Findings in whole files on the embedded catalog, and the fixes of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from llmanac.cli.backend.choose import open_client
from llmanac.cli.check.finding import Finding
from llmanac.cli.check.judge import Judge
from llmanac.cli.check.scan import scan
from llmanac.service.check.hosts import KnownHosts

Look = Callable[[str, str], list[Finding]]


@pytest.fixture
def look(tmp_path: Path, kept_editions: Path) -> Look:
    """The findings in a file of this name and content, on the day after the last feed."""
    client = open_client(None, kept_editions)
    hosts = KnownHosts.of(client.providers())
    judge = Judge(client, hosts, today=date(2026, 11, 27), within=timedelta(days=90))

    def findings(name: str, content: str) -> list[Finding]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return judge.findings(scan([tmp_path], hosts))

    return findings


def told(findings: list[Finding]) -> list[tuple[int, str, str]]:
    return [(it.mention.line, it.mention.id, it.violation.rule.value) for it in findings]


@pytest.mark.slow
def test_options_in_a_workflow(look: Look) -> None:
    found = look(
        ".github/workflows/claude.yml",
        """\
jobs:
  review:
    steps:
      - uses: anthropics/claude-code-action@v1
        with:
          claude_args: |
            --max-turns 12
            --model claude-opus-4-1-20250805
      - uses: anthropics/claude-code-action@beta
        with: {model: "claude-sonnet-4-20250514"}
      - run: claude -p "review" --model opus --fallback-model claude-3-haiku-20240307
""",
    )
    assert told(found) == [
        (8, "claude-opus-4-1-20250805", "retired"),
        (10, "claude-sonnet-4-20250514", "retired"),
        (11, "claude-3-haiku-20240307", "retired"),
    ]
    assert [it.violation.message.split(" ", 1)[1] for it in found] == [
        "was retired on 2026-08-05, by LiteLLM of 2026-08-11.",
        "was retired on 2026-05-14, by LiteLLM of 2026-08-11.",
        "is not listed any more: LiteLLM listed it until 2026-08-11.",
    ]
    assert all(str(it.violation.successor).startswith("anthropic/claude-") for it in found)


@pytest.mark.slow
def test_names_that_a_proxy_gives_are_no_findings(look: Look) -> None:
    found = look(
        "config.yaml",
        """\
model_list:
  - model_name: "groq/llama-4-maverick"
    litellm_params:
      model: "groq/meta-llama/llama-4-maverick-17b-128e-instruct"
      api_key: "os.environ/GROQ_API_KEY"
  - model_name: cheap
    litellm_params: {model: together_ai/meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo}
  - model_name: voice
    litellm_params: {model: azure/my-voice-deployment}
    model_info: {base_model: azure/gpt-audio-mini}
router_settings:
  fallbacks:
    - default: ["groq/llama-4-maverick", "openai/gpt-4o"]
""",
    )
    assert told(found) == [
        (4, "groq/meta-llama/llama-4-maverick-17b-128e-instruct", "retired"),
        (7, "together_ai/meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo", "retired"),
    ]


@pytest.mark.slow
def test_the_host_beside_a_list_is_the_one_that_is_meant(look: Look) -> None:
    found = look(
        "librechat.yaml",
        """\
endpoints:
  custom:
    - name: 'groq'
      baseURL: 'https://api.groq.com/openai/v1/'
      models:
        default:
          [
            'llama3-70b-8192',
            'openai/gpt-oss-20b',
          ]
      titleModel: 'mixtral-8x7b-32768'
    - name: 'OpenRouter'
      models:
        default: ['openai/gpt-4.1', 'anthropic/claude-3.5-sonnet']
      titleModel: 'current_model'
    - name: 'Ollama'
      models:
        default: ['llama3', 'qwen3:14b-q4_K_M']
  # retrievalModels: ['gpt-4-turbo-preview']
""",
    )
    assert told(found) == [
        (8, "llama3-70b-8192", "retired"),
        (11, "mixtral-8x7b-32768", "unknown"),
        (14, "anthropic/claude-3.5-sonnet", "retired"),
    ]
    assert found[0].violation.successor == "groq/llama-3.3-70b-versatile"


@pytest.mark.slow
def test_three_hosts_of_one_model_have_three_last_days(look: Look) -> None:
    found = look(
        "agents.py",
        """\
PROBE = 'claude-3-haiku-20240307'
llm = ChatAnthropic(model='claude-opus-4-1')
a = init_chat_model('anthropic:claude-3-5-sonnet-latest')
b = Agent('google-vertex:gemini-2.0-flash')
v = ChatVertexAI(model_name='claude-sonnet-4-5@20250929')
w = ChatAnthropic(model='claude-sonnet-4-5')
x = Agent('bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0')
k = ChatAnthropic(model='gpt-4-0314-preview-of-ours')  # llmanac: ignore
""",
    )
    assert [(line, rule) for line, _, rule in told(found)] == [
        (1, "retired"),
        (2, "retired"),
        (3, "unknown"),
        (4, "retired"),
        (5, "retiring"),
        (6, "retiring"),
    ]
    assert found[4].violation.message.endswith("may be retired from 2026-09-29 on, by LiteLLM.")
    assert found[5].violation.message.endswith("will be retired on 2026-11-30, in 3 days, by LiteLLM.")


@pytest.mark.slow
@pytest.mark.parametrize(
    "gone",
    [
        "openai/gpt-5-codex",
        "anthropic/claude-sonnet-4-20250514",
        "xai/grok-3",
        "deepseek/deepseek-reasoner",
        "google/gemini-2.0-flash",
        "claude-opus-4-1-20250805",
        "claude-3-7-sonnet-20250219",
        "gpt-5-codex",
        "gemini-3-pro-preview",
        "o1-mini",
        "together_ai/meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo",
        "bedrock/us.anthropic.claude-3-haiku-20240307-v1:0",
    ],
)
def test_a_namesake_elsewhere_does_not_silence_what_its_host_has_ended(look: Look, gone: str) -> None:
    assert [it.mention.id for it in look("a.py", f'NAME = "{gone}"\n')] == [gone]


@pytest.mark.slow
def test_words_that_only_look_like_a_family_and_local_models_are_none(look: Look) -> None:
    words = ("gpt-4-badge", "gpt-3-encoder", "llama-3-license", "phi-3-cookbook", "claude-code", "GPT-4")
    assert look("a.json", "[" + ", ".join(f'"{it}"' for it in words) + "]") == []
    assert look(".env", "OLLAMA_MODEL=llama3\nMODEL=qwen3:14b\n") == []
    assert look("compose.yml", "command: --served-model-name gpt-4-local --model meta-llama/Llama-3-8B\n") == []


@pytest.mark.slow
def test_a_fix_keeps_the_spelling_of_the_id(look: Look) -> None:
    found = look("a.py", "M = ['claude-sonnet-4-5', 'anthropic/claude-sonnet-4-5', 'anthropic:claude-sonnet-4-5']\n")
    successor = str(found[0].violation.successor)
    model = successor.removeprefix("anthropic/")
    assert [it.fix for it in found] == [model, successor, f"anthropic:{model}"]
