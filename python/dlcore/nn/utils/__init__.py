"""Helpers for networks that are no modules."""

from . import rnn

__all__ = ["rnn"]
