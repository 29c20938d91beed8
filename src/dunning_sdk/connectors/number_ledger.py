"""Give documents numbers without a gap, and remember which key got which.

Decides the next number of a series. A number is taken when its line stands in the ledger, a
file that only grows; a line cut short by a crash does not count. One process writes at a time:
the others wait for the lock file, which the system frees when its holder ends.
"""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from dunning_sdk.errors import ConfigError, ConnectorError

_LEDGER: Final = "numbers.jsonl"
_LOCK: Final = "numbers.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One number that was taken.

    Attributes:
        key: Idempotency key it was asked with.
        series: Text before the running part.
        running: From 1, without a gap within the series.
        number: The whole number.
        sha256: Of the PDF, in hexadecimal digits.
    """

    key: str
    series: str
    running: int
    number: str
    sha256: str


@dataclass(slots=True)
class _Known:
    """What was read of the ledger so far: it only grows, so it is read once."""

    offset: int = 0
    by_key: dict[str, Entry] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        self.by_key[entry.key] = entry
        self.last[entry.series] = max(entry.running, self.last.get(entry.series, 0))


class NumberLedger:
    """The numbers taken in one folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _LEDGER
        self._lock = folder / _LOCK
        self._known = _Known()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes and threads from taking a number while the block runs.

        Raises:
            ConfigError: This system cannot lock files.
            OSError: The folder cannot be written.
        """
        try:
            import fcntl
        except ImportError as exc:
            raise ConfigError(
                "Invoices cannot be numbered here: this system has no file locks",
                hint="Let another invoice sink number them, or run on Linux or macOS",
            ) from exc
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def find(self, key: str) -> Entry | None:
        """Return what a key was given, or ``None``. Call it while the ledger is held."""
        self._read()
        return self._known.by_key.get(key)

    def next_running(self, series: str) -> int:
        """Return the running part the next document of a series gets, after `find`."""
        return self._known.last.get(series, 0) + 1

    def take(self, entry: Entry) -> None:
        """Write an entry down; from then on its number is taken.

        Raises:
            OSError: The disk failed; the number is not taken.
        """
        line = json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n"
        mode = "r+b" if self._path.exists() else "w+b"
        with self._path.open(mode, buffering=0) as stream:
            stream.seek(self._known.offset)
            stream.truncate()
            try:
                if stream.write(line) != len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(stream.fileno())
            except OSError:
                stream.truncate(self._known.offset)
                raise
        self._known.offset += len(line)
        self._known.add(entry)

    def _read(self) -> None:
        if not self._path.exists():
            self._known = _Known()
            return
        content = self._path.read_bytes()
        if len(content) < self._known.offset:
            self._known = _Known()
        whole, _, _ = content[self._known.offset :].rpartition(b"\n")
        for number, line in enumerate(whole.splitlines(), start=len(self._known.by_key) + 1):
            try:
                self._known.add(Entry(**json.loads(line)))
            except (ValueError, TypeError) as exc:
                raise ConnectorError(
                    f"{self._path}:{number}: is not an entry of the numbers taken",
                    hint="Restore the file from a backup; without it a number could be given twice",
                    connector="invoice-folder",
                ) from exc
        self._known.offset += len(whole) + 1 if whole else 0
