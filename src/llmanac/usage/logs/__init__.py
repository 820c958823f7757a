"""Log formats: lines of JSON, session files of coding agents, CSV exports; a file and a row of ``table`` each."""
