"""Processes that are started compute on one thread, unless the user wants more."""

from __future__ import annotations

import os

import pytest

from archiver.guard.threads import single_threaded


def test_one_thread_and_as_it_was_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    before = dict(os.environ)
    with single_threaded():
        assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
        assert os.environ["OMP_NUM_THREADS"] == "3"
    assert dict(os.environ) == before
