"""Answers questions from a generation of the search index."""
