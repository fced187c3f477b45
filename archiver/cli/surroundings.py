"""The shell around the program: its streams, whose reader may go away, and the signals that ask it to stop."""

from __future__ import annotations

import io
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import FrameType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from typing_extensions import Buffer

_STOPPING = ("SIGTERM", "SIGHUP")


@contextmanager
def surroundings() -> Iterator[None]:
    """Streams that take any name of a file and outlive their reader; signals to stop that are like Ctrl-C."""
    out, err = _lasting(sys.stdout), _lasting(sys.stderr)
    with redirect_stdout(out), redirect_stderr(err), _stoppable():
        try:
            yield
        finally:
            out.flush()
            err.flush()


def _lasting(stream: TextIO) -> TextIO:
    """The same stream, which goes on when nobody reads it any more, and writes what its encoding lacks as escapes.

    So ``archiver explain page.html | head`` ends quietly, and with the exit code it has without ``head``.
    """
    try:
        stream.flush()
        raw = _Lasting(stream.fileno(), "w", closefd=False)
    except (OSError, AttributeError):  # there is none (a service), or it is not one of the system's
        return stream
    by_line = stream.isatty() or stream is sys.stderr
    return io.TextIOWrapper(io.BufferedWriter(raw), stream.encoding, "backslashreplace", line_buffering=by_line)


class _Lasting(io.FileIO):
    def write(self, data: Buffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
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
