"""Markup: HTML, XML and books made of it."""
