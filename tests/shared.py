"""Find the shared test data, or skip and say so."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared_path(relative: str) -> Path:
    """Return a path below the shared data, or skip the test that asked for it."""
    root = Path(os.environ.get("DUNNING_SHARED", ROOT.parent / "shared"))
    path = root / relative
    if not path.exists():
        pytest.skip(f"shared test data not found: {relative} (set DUNNING_SHARED)")

    return path
