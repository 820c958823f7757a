"""The grammars of the languages that tree-sitter's wheels parse, in the terms of ``Grammar``."""

from __future__ import annotations

from collections.abc import Sequence

import tree_sitter_bash
import tree_sitter_hcl
import tree_sitter_python
import tree_sitter_toml
import tree_sitter_typescript
import tree_sitter_yaml
from tree_sitter import Node

from llmanac.service.check.syntax.tree import Grammar


def _is_docstring(path: Sequence[Node]) -> bool:
    """Whether a string of Python is a statement by itself."""
    return len(path) > 1 and path[-2].type == "expression_statement"


YAML = Grammar(
    language=tree_sitter_yaml.language,
    literals=frozenset({"plain_scalar", "single_quote_scalar", "double_quote_scalar", "block_scalar", "string_scalar"}),
    pairs={"block_mapping_pair": "key", "flow_pair": "key"},
    mappings=frozenset({"block_mapping", "flow_mapping"}),
    lists=frozenset({"block_sequence", "flow_sequence"}),
    skipped=frozenset({"comment", "anchor", "alias", "tag"}),
)

TOML = Grammar(
    language=tree_sitter_toml.language,
    literals=frozenset({"string", "bare_key", "quoted_key"}),
    pairs={"pair": None},
    mappings=frozenset({"document", "table", "table_array_element", "inline_table"}),
    headers={
        "table": ("bare_key", "dotted_key", "quoted_key"),
        "table_array_element": ("bare_key", "dotted_key", "quoted_key"),
    },
    lists=frozenset({"array"}),
    skipped=frozenset({"comment"}),
)

HCL = Grammar(
    language=tree_sitter_hcl.language,
    literals=frozenset({"string_lit", "quoted_template", "heredoc_template", "template_literal"}),
    pairs={"attribute": None, "object_elem": "key"},
    mappings=frozenset({"body", "object"}),
    headers={"block": ("identifier", "string_lit")},
    lists=frozenset({"tuple"}),
    skipped=frozenset({"comment"}),
)

BASH = Grammar(
    language=tree_sitter_bash.language,
    literals=frozenset(
        {"string", "raw_string", "ansi_c_string", "word", "concatenation", "expansion", "heredoc_body"}
        | {"string_content", "variable_name", "number"}
    ),
    pairs={"variable_assignment": "name"},
    scopes=frozenset({"program"}),
    wrappers=frozenset({"declaration_command", "command"}),
    calls={"command": "name"},
    lists=frozenset({"array"}),
    skipped=frozenset({"comment", "heredoc_start", "heredoc_end", "test_operator", "regex"}),
)

PYTHON = Grammar(
    language=tree_sitter_python.language,
    literals=frozenset({"string", "string_content", "string_start", "string_end"}),
    pairs={
        "pair": "key",
        "keyword_argument": "name",
        "assignment": "left",
        "named_expression": "name",
        "default_parameter": "name",
        "typed_default_parameter": "name",
    },
    mappings=frozenset({"dictionary", "argument_list"}),
    calls={"call": "function"},
    operators=frozenset({"boolean_operator", "comparison_operator"}),
    lists=frozenset({"list", "tuple"}),
    arguments=frozenset({"argument_list"}),
    skipped=frozenset({"comment", "import_statement", "import_from_statement"}),
    documentation=_is_docstring,
)

TYPESCRIPT = Grammar(
    language=tree_sitter_typescript.language_typescript,
    literals=frozenset({"string", "template_string", "string_fragment", "jsx_text"}),
    pairs={
        "pair": "key",
        "variable_declarator": "name",
        "assignment_expression": "left",
        "public_field_definition": "name",
        "enum_assignment": "name",
        "object_assignment_pattern": "left",
        "assignment_pattern": "left",
        "required_parameter": "pattern",
        "optional_parameter": "pattern",
        "type_alias_declaration": "name",
        "jsx_attribute": None,
    },
    mappings=frozenset({"object", "jsx_opening_element", "jsx_self_closing_element"}),
    calls={"call_expression": "function", "new_expression": "constructor"},
    operators=frozenset({"binary_expression"}),
    lists=frozenset({"array"}),
    arguments=frozenset({"arguments"}),
    skipped=frozenset({"comment", "import_statement", "import"}),
)

TSX = Grammar(
    language=tree_sitter_typescript.language_tsx,
    literals=TYPESCRIPT.literals,
    pairs=TYPESCRIPT.pairs,
    mappings=TYPESCRIPT.mappings,
    calls=TYPESCRIPT.calls,
    operators=TYPESCRIPT.operators,
    lists=TYPESCRIPT.lists,
    arguments=TYPESCRIPT.arguments,
    skipped=TYPESCRIPT.skipped,
)
