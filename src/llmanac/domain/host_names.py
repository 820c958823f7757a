"""Names of hosts in other programs, beside their ids at models.dev and their prefixes at LiteLLM."""

from __future__ import annotations

CLIENT_HOST_NAMES = {
    "amazon-nova": "nova",
    "amazon_bedrock": "amazon-bedrock",
    "aws-bedrock": "amazon-bedrock",
    "aws_bedrock": "amazon-bedrock",
    "azure-openai": "azure",
    "azure_ai": "azure",
    "azure_openai": "azure",
    "azure_text": "azure",
    "bedrock_converse": "amazon-bedrock",
    "bedrock_mantle": "amazon-bedrock",
    "cohere_chat": "cohere",
    "fireworks": "fireworks-ai",
    "google-genai": "google",
    "google-gla": "google",
    "google-vertexai": "google-vertex",
    "google_ai_studio": "google",
    "google_anthropic_vertex": "google-vertex-anthropic",
    "google_genai": "google",
    "google_vertexai": "google-vertex",
    "grok": "xai",
    "openai-chat": "openai",
    "openai-responses": "openai",
    "openai_chat": "openai",
    "text-completion-codestral": "codestral",
    "text-completion-inception": "inception",
    "text-completion-openai": "openai",
    "together": "togetherai",
    "vertex": "google-vertex",
    "vertexai": "google-vertex",
    "workers-ai": "cloudflare-workers-ai",
}
"""Other clients' names of hosts, each with the host's id at models.dev, or its prefix at LiteLLM."""
