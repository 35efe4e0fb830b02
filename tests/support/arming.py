"""Fault points armed in this very process, for one test."""

import pytest

from gristmill.storage import faults


def arm(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Arm the points that `text` names, as GRISTMILL_FAULTS would; passes are counted anew."""
    monkeypatch.setattr(faults, "_armed", faults._parse(text))
    monkeypatch.setattr(faults, "_passes", {})
