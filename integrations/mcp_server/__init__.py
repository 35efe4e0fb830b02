"""Gristmill as tools of a model, by the Model Context Protocol."""
