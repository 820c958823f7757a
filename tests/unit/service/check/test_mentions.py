"""Mentions of models in the strings of a file, in each format."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmanac.service.check.hosts import KnownHosts
from llmanac.service.check.mentions import MOST_WORDS, find_mentions
from llmanac.service.check.syntax.formats import FORMATS, FileFormat
from llmanac.service.check.text import FileText

from .conftest import Find

WORKFLOW = """\
jobs:
  review:
    steps:
      - uses: anthropics/claude-code-action@v1
        with:
          # model: claude-2.1-old
          claude_args: |
            --max-turns 12
            --model claude-opus-4-1-20250805
            # --model claude-3-opus-20240229
      - run: claude -p "like gpt-4-0314" --model "claude-sonnet-4-20250514"
      - {model: gpt-4-0613, with: [gpt-4-32k, 'o1-mini']}
      - model: &it gpt-4-turbo
      - run: llm -m ${{ inputs.model || 'claude-3-haiku-20240307' }}
"""
PYTHON = '''\
"""Once "gpt-4-0314"."""
from openai import gpt_4
PROBE = 'claude-3-haiku-20240307'  # not "gpt-4-0314"
a = init_chat_model('anthropic:claude-3-5-sonnet-latest')
b = os.environ.get("MODEL", "gpt-4-turbo")
c = settings.get("model", "claude-2.1")
if b.startswith("gpt-4-0") or "gpt-4-32k" == b:
    subprocess.run(["aider", "--model", "o1-preview"])
print("use --model gpt-4-0314")
enc = tiktoken.encoding_for_model("gpt-4-0613")
def f(model="gpt-3.5-turbo-16k"):
    """Ask gpt-4-0314."""
k = "gpt-4-0314"  # llmanac: ignore
'''
TYPESCRIPT = """\
import x from "gpt-4-0314";
// openai("gpt-4-0314")
const m = openai(`gpt-4-turbo`), n = process.env.M ?? "claude-2.0";
type Id = "o1-mini" | "gpt-4-32k";
const prices = {"gpt-4-0613": 30, /* "gpt-4-0314" */ model: 'o3-mini'};
"""
SHELL = """\
#!/bin/bash
# MODEL=gpt-4-0314
MODEL="${MODEL:-gpt-4-0613}"
curl -d '{"model":"gpt-3.5-turbo-16k"}' "$HOST/v1beta/models/gemini-2.0-flash:generateContent"
cat <<EOF
model: o1-preview
EOF
export X=gpt-4-turbo LLM_MODELS=(gpt-4-32k "o1-mini")
"""
FISH = """\
set -gx OPENAI_MODEL gpt-4-turbo # gpt-4-0314
alias ask='llm -m gpt-4-0613'
"""
DOCKERFILE = """\
FROM gpt-4-turbo:latest
ENV CHAT_MODEL="gpt-4-turbo" \\
    OTHER_MODEL=gpt-4-32k
ENV OLD_MODEL gpt-4-0613
# ARG MODEL=gpt-4-0314
CMD ["app", "--model", "o1-mini"]
"""
MAKEFILE = """\
MODEL ?= gpt-4-turbo
eval: ## with gpt-4-0314
\tpython eval.py --model gpt-4-0613 # not gpt-4-0314
"""
DOTENV = """\
# OPENAI_MODEL=gpt-4-0314
export OPENAI_MODEL="gpt-4-turbo" # the one
OPENAI_MODELS=gpt-4-0613,+gpt-4-32k=Old
"""
INI = """\
[llm]
; model = gpt-4-0314
model = gpt-4-turbo
models =
    gpt-4-0613
"""
TOML = """\
model = "gpt-4-turbo" # "gpt-4-0314"
[profiles.x]
models = ["gpt-4-0613", {model = 'o1-mini'}]
"""
JSON = """\
{
  // "model": "gpt-4-0314"
  "model": "gpt-4-turbo", "scripts": {"eval": "aider --model gpt-4-0613 --yes"},
  "models": {"o1-mini": {"name": "gpt-4-0314"}}, "dependencies": {"gpt-4-32k": "1"},
}
"""
HCL = """\
variable "model" {
  description = "such as gpt-4-0314"
  default = "gpt-4-turbo" # "gpt-4-0314"
}
locals { m = { model = "gpt-4-0613" } }
"""
NOTEBOOK = r"""
{"cells": [
 {"cell_type": "markdown", "source": ["model=\"gpt-4-0314\""]},
 {"cell_type": "code", "outputs": ["gpt-4-0314"], "source": [
  "!llm -m o1-mini\n", "m = \"gpt-4-turbo\"  # \"gpt-4-0314\"\n", "n = Chat(model='gpt-4-0613')"]}]}
"""
GO = """\
import "gpt-4-0314"
// "gpt-4-0314"
var m = Config{Model: "gpt-4-turbo"}
"""


@pytest.mark.parametrize(
    ("name", "text", "ids"),
    [
        (
            "ci.yml",
            WORKFLOW,
            (
                "claude-opus-4-1-20250805 claude-sonnet-4-20250514 gpt-4-0613 gpt-4-32k o1-mini gpt-4-turbo "
                "claude-3-haiku-20240307"
            ),
        ),
        (
            "a.py",
            PYTHON,
            (
                "claude-3-haiku-20240307 anthropic:claude-3-5-sonnet-latest gpt-4-turbo claude-2.1 gpt-4-32k "
                "o1-preview gpt-3.5-turbo-16k"
            ),
        ),
        ("a.ts", TYPESCRIPT, "gpt-4-turbo claude-2.0 o1-mini gpt-4-32k gpt-4-0613 o3-mini"),
        ("a.sh", SHELL, "gpt-4-0613 gpt-3.5-turbo-16k gemini-2.0-flash o1-preview gpt-4-turbo gpt-4-32k o1-mini"),
        ("a.fish", FISH, "gpt-4-turbo gpt-4-0613"),
        ("Dockerfile", DOCKERFILE, "gpt-4-turbo gpt-4-32k gpt-4-0613 o1-mini"),
        ("Makefile", MAKEFILE, "gpt-4-turbo gpt-4-0613"),
        (".env", DOTENV, "gpt-4-turbo gpt-4-0613 gpt-4-32k"),
        ("a.ini", INI, "gpt-4-turbo gpt-4-0613"),
        ("a.toml", TOML, "gpt-4-turbo gpt-4-0613 o1-mini"),
        ("a.json", JSON, "gpt-4-turbo gpt-4-0613 o1-mini"),
        ("a.tf", HCL, "gpt-4-turbo gpt-4-0613"),
        ("a.ipynb", NOTEBOOK, "o1-mini gpt-4-turbo gpt-4-0613"),
        ("a.go", GO, "gpt-4-turbo"),
    ],
)
def test_files_as_people_write_them(find: Find, name: str, text: str, ids: str) -> None:
    found = find(name, text)
    assert [it.id for it in found.found] == ids.split()
    assert found.broken is None
    for it in found.found:
        assert text.encode()[it.start :].startswith(it.id.encode())


def test_a_mention_has_its_place_in_characters(find: Find) -> None:
    [it] = find("a.py", 'a = 1\né = ("é", "gpt-4-turbo")\n').found
    assert (it.line, it.column, it.start) == (2, 12, 19)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_the_ends_of_lines_change_nothing(find: Find, ends: str) -> None:
    text = WORKFLOW.replace("\n", ends)
    assert [it.line for it in find("ci.yml", text).found] == [9, 11, 12, 12, 12, 13, 14]


def test_names_that_the_file_gives_to_models_are_the_users(find: Find) -> None:
    proxy = """\
model_list:
  - model_name: groq/llama-4-maverick
    litellm_params: {model: groq/meta-llama/llama-4-maverick-17b-128e-instruct}
router_settings:
  fallbacks: [{default: ["groq/llama-4-maverick", "gpt-4-0613"]}]
  model_group_alias: {"gpt-3.5-turbo-16k": "gpt-4-turbo"}
"""
    assert [it.id for it in find("config.yaml", proxy).found] == ["groq/meta-llama/llama-4-maverick-17b-128e-instruct"]
    served = "command: --served-model-name gpt-4-local\nenvironment: {MODEL: gpt-4-local, OTHER_MODEL: gpt-4-turbo}\n"
    assert [it.id for it in find("compose.yml", served).found] == ["gpt-4-turbo"]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.yaml", "{{- if .Values.x }}\nmodel: gpt-4-turbo\n{{- end }}\n# model: gpt-4-0314\n", 2),
        ("a.yaml", "a: {\n  model: gpt-4-turbo\n  b: ]\n", 2),
        ("a.toml", "model = gpt-4-turbo # gpt-4-0314\n", 1),
        ("a.py", 'def f(:\n  model = "gpt-4-turbo\n', 2),
    ],
)
def test_lines_that_are_not_in_their_format_are_read_as_text(find: Find, name: str, text: str, line: int) -> None:
    found = find(name, text)
    assert [it.id for it in found.found] == ["gpt-4-turbo"]
    assert found.broken == line


def test_a_file_of_data_is_read_in_part(find: Find) -> None:
    found = find("a.env", "MODEL=gpt-4-turbo\n" * (MOST_WORDS + 1))
    assert len(found.found) == MOST_WORDS
    assert found.cut == MOST_WORDS + 1


def test_a_line_that_no_person_wrote_is_passed_over(find: Find) -> None:
    assert find("a.js", f'x = "{"x" * 20_000}"; m = "gpt-4-turbo"').found == ()


@given(text=st.text(alphabet=st.sampled_from("gpt-4o/:.'\"\\{}[]()<>#=$|&;, \t\r\n模é-model"), max_size=200))
@pytest.mark.parametrize("format_", FORMATS, ids=lambda it: f"{it.name}-{min(it.suffixes)}")
def test_any_text_can_be_read(hosts: KnownHosts, format_: FileFormat, text: str) -> None:
    read = FileText.read(text.encode())
    assert read is not None
    for it in find_mentions(read, format_, hosts).found:
        assert read.data[it.start : it.start + len(it.id)] == it.id.encode()
