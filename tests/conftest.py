"""What all tests share: the profile of hypothesis, and the pieces that pages and texts are made of."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "archiver", max_examples=60, deadline=None, suppress_health_check=(HealthCheck.too_slow,), derandomize=True
)
settings.load_profile("archiver")

PROSE = (
    "The ferry left the harbour at seven, as it does every day, and the pilot waved to the children on the quay. "
    "Nobody had told them that the old boat, built in 1931, would be sold in the spring."
)


@pytest.fixture
def prose() -> str:
    """Two sentences that any rule takes for a paragraph of an article."""
    return PROSE
