"""Calendars and address cards."""
