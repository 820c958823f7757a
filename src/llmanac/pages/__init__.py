"""The web pages: templates, their static files, and thin views over the reader and the use cases."""
