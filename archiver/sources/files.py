"""Whole files: enters the stream of a page or a text, leaves one document with its bytes as they are."""

from __future__ import annotations

from typing import BinaryIO

from archiver.document import HTML, TEXT, RawDocument
from archiver.errors import LimitError
from archiver.settings import Limits
from archiver.sources.forms import Form


def read_file(content: BinaryIO, uri: str, form: Form, limits: Limits) -> RawDocument:
    """The one document of a file of HTML or text, its encoding unknown.

    Raises:
        LimitError: it has more than `limits.input_bytes` bytes (``too-large``).
    """
    payload = content.read(limits.input_bytes + 1)
    if len(payload) > limits.input_bytes:
        raise LimitError("source", "too-large", f"longer than limits.input_bytes ({limits.input_bytes})")
    return RawDocument(payload, uri, media_type=HTML if form is Form.HTML else TEXT)
