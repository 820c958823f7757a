"""``llmanac check``: files in, findings out, as a table, SARIF or JUnit."""
