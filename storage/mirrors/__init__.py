"""Mirrors on disk: what they are, what is known of their files, and looks into their folders."""
