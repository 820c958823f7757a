"""The commands of ``llmanac``, a module each."""
