"""The parts of HTML."""
