"""The parts of XML."""
