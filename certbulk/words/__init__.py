"""The vocabularies that come with certbulk, and those that people add in a file of their own."""

from certbulk.words.documents import document_in
from certbulk.words.vocabularies import shipped, vocabulary_with

__all__ = ["document_in", "shipped", "vocabulary_with"]
