"""The history as a table."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from .callback import Callback
from .run import Run


class CSVLogger(Callback):
    """Write a row for each epoch to a CSV file, at once.

    A run that is resumed writes the epochs again that it goes on from; the file is what `run.history` is.

    Args:
        path: the file, replaced where it exists; its folder is made if it does not exist.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._file: TextIO | None = None

    def on_fit_begin(self, run: Run) -> None:
        """Begin the file, with the epochs that are over already."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = open(self.path, "w", newline="", encoding="utf-8")  # noqa: SIM115  # closed by close
        self._columns: list[str] = []
        for entry in run.history:
            self._write(entry)

    def on_epoch_end(self, run: Run) -> None:
        """Write a row."""
        self._write(run.history[-1])

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, entry: Mapping[str, float]) -> None:
        import csv

        assert self._file is not None
        if not self._columns:
            self._columns = list(entry)
            csv.writer(self._file).writerow(self._columns)
        csv.writer(self._file).writerow([entry[column] for column in self._columns])
        self._file.flush()
