"""Requests and answers: parameters, bodies, cursors, tags, lines, uploads."""
