"""Reads article HTML, writes generations of the search index. Never imports `search`."""
