"""Configurations of clients, made of the models that a query finds: a file and a row of ``table.py`` each."""
