"""The views of the web page, a module each."""
