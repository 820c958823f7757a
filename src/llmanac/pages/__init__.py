"""The web page: templates, their files, and thin views over the reader and the use cases."""
