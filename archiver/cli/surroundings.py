"""The shell around the program: its streams, whose reader may go away, and the signals that ask it to stop."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import FrameType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from typing_extensions import Buffer

STANDARD_OUTPUT = "standard output"
"""The file name in the `OSError` that a full disk behind standard output makes."""

_STOPPING = ("SIGTERM", "SIGHUP")


@contextmanager
def surroundings() -> Iterator[None]:
    """Streams that take any name of a file and outlive their reader; signals to stop that are like Ctrl-C."""
    out, err = _lasting(sys.stdout, STANDARD_OUTPUT), _lasting(sys.stderr)
    with redirect_stdout(out), redirect_stderr(err), _stoppable():
        try:
            yield
        finally:
            out.flush()
            err.flush()


def _lasting(stream: TextIO | None, name: str = "") -> TextIO:
    """The same stream, which goes on when nobody reads it any more, and writes what its encoding lacks as escapes.

    So ``archiver explain page.html | head`` ends quietly, and with the exit code it has without ``head``. What is
    written to a stream that was closed before the program began is lost. A full disk is an `OSError` once, if the
    stream has a `name`; without one there is nowhere to tell of it.
    """
    if stream is None:
        raw, encoding, by_line = _Lasting(os.devnull, "w"), "utf-8", False
    else:
        try:
            stream.flush()
            raw = _Lasting(stream.fileno(), "w", closefd=False)
        except (OSError, AttributeError):  # it is not one of the system's
            return stream
        encoding, by_line = stream.encoding, stream.isatty() or stream is sys.stderr
    raw.told_as = name
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, "backslashreplace", line_buffering=by_line)


class _Lasting(io.FileIO):
    told_as = ""

    def write(self, data: Buffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            pass
        except OSError as error:
            name, self.told_as = self.told_as, ""  # what is still in the buffers goes nowhere
            if name:
                raise OSError(error.errno, error.strerror, name) from error
        return memoryview(data).nbytes


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let the signals that ask a program to stop do what Ctrl-C does, unless they are ignored (``nohup``)."""
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in (getattr(signal, name) for name in _STOPPING if hasattr(signal, name)):
            if signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
