"""The catalog as tools of agents, by the Model Context Protocol (MCP): each tool asks one operation of the API.

``protocol`` alone imports the protocol's SDK, which is in the extra ``mcp`` and takes a second to import.
"""
