"""Speed and memory of bills: python -m bench.bills [--lines N] [--rounds N].

Prices a log of a million lines of eight vendors, of ten weeks, with ``llmanac price`` in a process of its own, by
model, by five fields, from gzip, and as the session files of a coding agent. Prints, of each, the lines in a second of
CPU time, with all that a start takes, and the peak of memory.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.figure import Figure
from bench.product import LLMANAC

LINES = 1_000_000
ROUNDS = 3
MUST_LINES, MUST_MIB = 50_000, 150
BEGIN = datetime(2026, 8, 20, tzinfo=UTC)
WEEKS = 10
SEED = 20260820

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Counts:
    """The tokens of a made-up request."""

    prompt: int
    cached: int
    output: int
    reasoning: int

    @classmethod
    def random(cls, chance: random.Random) -> Counts:
        """Counts of an agent's step: most of a long prompt is cached."""
        prompt, output = chance.randrange(100, 120_000), chance.randrange(1, 5_000)
        return cls(prompt, chance.randrange(prompt), output, chance.randrange(output))

    @property
    def fresh(self) -> int:
        """The tokens of the prompt that are not cached."""
        return self.prompt - self.cached

    @property
    def chat(self) -> Line:
        """As a chat completion reports them."""
        return {
            "prompt_tokens": self.prompt,
            "completion_tokens": self.output,
            "total_tokens": self.prompt + self.output,
            "prompt_tokens_details": {"cached_tokens": self.cached, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": self.reasoning, "audio_tokens": 0},
        }


def openai_chat(it: Counts, at: str) -> Line:
    """A chat completion."""
    return {"time": at, "model": "gpt-5.4", "service_tier": "default", "usage": it.chat}


def openai_responses(it: Counts, at: str) -> Line:
    """A response."""
    usage = {
        "input_tokens": it.prompt,
        "input_tokens_details": {"cached_tokens": it.cached},
        "output_tokens": it.output,
        "output_tokens_details": {"reasoning_tokens": it.reasoning},
        "total_tokens": it.prompt + it.output,
    }
    return {"time": at, "model": "gpt-4o", "usage": usage}


def anthropic_usage(it: Counts) -> Line:
    """The usage of a message."""
    return {
        "input_tokens": it.fresh,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": it.cached,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": it.output,
        "service_tier": "standard",
    }


def anthropic(it: Counts, at: str) -> Line:
    """A message."""
    return {"time": at, "model": "claude-sonnet-4-5", "usage": anthropic_usage(it)}


def gemini(it: Counts, at: str) -> Line:
    """Generated content."""
    usage = {
        "promptTokenCount": it.prompt,
        "cachedContentTokenCount": it.cached,
        "candidatesTokenCount": it.output - it.reasoning,
        "thoughtsTokenCount": it.reasoning,
        "totalTokenCount": it.prompt + it.output,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": it.prompt}],
    }
    return {"time": at, "model": "gemini-2.5-pro", "usageMetadata": usage}


def bedrock(it: Counts, at: str) -> Line:
    """A Converse response."""
    usage = {
        "inputTokens": it.fresh,
        "outputTokens": it.output,
        "totalTokens": it.prompt + it.output,
        "cacheReadInputTokens": it.cached,
        "cacheWriteInputTokens": 0,
    }
    return {"time": at, "modelId": "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "usage": usage}


def deepseek(it: Counts, at: str) -> Line:
    """A chat completion of DeepSeek's."""
    parts = {"prompt_cache_hit_tokens": it.cached, "prompt_cache_miss_tokens": it.fresh}
    return {"time": at, "model": "deepseek-v4-pro", "usage": it.chat | parts}


def openrouter(it: Counts, at: str) -> Line:
    """A chat completion of OpenRouter's."""
    usage = it.chat | {"cost": 0.01, "is_byok": False, "cost_details": {"upstream_inference_cost": None}}
    return {"time": at, "model": "anthropic/claude-sonnet-5", "provider": "Anthropic", "usage": usage}


def litellm(it: Counts, at: str) -> Line:
    """A spend log."""
    return {
        "call_type": "acompletion",
        "spend": 0.1,
        "model": "gpt-4o-mini",
        "custom_llm_provider": "openai",
        "prompt_tokens": it.prompt,
        "completion_tokens": it.output,
        "total_tokens": it.prompt + it.output,
        "startTime": at,
        "endTime": at,
        "metadata": {"usage_object": it.chat},
        "cache_hit": "False",
    }


VENDORS: tuple[Callable[[Counts, str], Line], ...] = (
    openai_chat,
    openai_responses,
    anthropic,
    gemini,
    bedrock,
    deepseek,
    openrouter,
    litellm,
)


def vendor_lines(number: int) -> Iterator[bytes]:
    """The lines of a log of all vendors, in no order of time."""
    chance = random.Random(SEED)
    for place in range(number):
        at = BEGIN + timedelta(seconds=chance.randrange(WEEKS * 7 * 86_400))
        line = VENDORS[place % len(VENDORS)](Counts.random(chance), at.isoformat().replace("+00:00", "Z"))
        yield json.dumps({"request_id": f"req_{place}", "user": f"u{place % 50}", **line}).encode() + b"\n"


def session_lines(number: int) -> Iterator[bytes]:
    """The lines of sessions of a coding agent: each response is written twice, and once in another session."""
    chance = random.Random(SEED)
    for place in range(number):
        request = place // 2 if place < number * 2 // 3 else place - number * 2 // 3
        at = BEGIN + timedelta(minutes=request % (WEEKS * 7 * 1440))
        message = {
            "id": f"msg_{request}",
            "model": "claude-sonnet-4-5",
            "usage": anthropic_usage(Counts.random(chance)),
        }
        line = {"type": "assistant", "sessionId": f"s{request % 100}", "requestId": f"req_{request}"}
        yield json.dumps({**line, "timestamp": at.isoformat(), "message": message}).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one run of the command."""

    cpu_seconds: float
    peak_mib: float
    priced: int


def price(data_dir: Path, arguments: Sequence[str]) -> Cost:
    """Price a log in a process of its own."""
    command = [*LLMANAC, "price", "--json", "--data-dir", str(data_dir), *arguments]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        bill = json.loads(output.read())
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, bill["priced"])


def main() -> None:
    """Measure, and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES, help="lines of the log")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of each measurement")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="llmanac-bench-") as directory:
        folder = Path(directory)
        log, packed, sessions = folder / "usage.jsonl", folder / "usage.jsonl.gz", folder / "sessions.jsonl"
        with log.open("wb") as file:
            file.writelines(vendor_lines(chosen.lines))
        with log.open("rb") as file, gzip.open(packed, "wb", compresslevel=5) as target:
            shutil.copyfileobj(file, target)
        with sessions.open("wb") as file:
            file.writelines(session_lines(chosen.lines))
        runs = {
            "by model": [str(log)],
            "by five fields": [str(log), "--by", "model,day,service,shape,month"],
            "by model, from gzip": [str(packed)],
            "by model, beside another model": [str(log), "--instead", "gpt-5.6-terra"],
            "sessions of a coding agent": [str(sessions)],
        }
        price(folder / "data", [str(log)])  # builds the editions of those weeks
        for name, arguments in runs.items():
            costs = [price(folder / "data", arguments) for _ in range(chosen.rounds)]
            rate = Figure.of([chosen.lines / it.cpu_seconds for it in costs])
            peak = max(it.peak_mib for it in costs)
            enough = "" if rate.median >= MUST_LINES and peak <= MUST_MIB else "  SHORT"
            print(
                f"{name}: {rate.median:,.0f} lines a second of CPU time ({rate.least:,.0f} to {rate.most:,.0f}), "
                f"{peak:.0f} MiB, {costs[0].priced:,} requests{enough}"
            )


if __name__ == "__main__":
    main()
