"""Mutated documents through the whole pipeline, each in a process that may die of it.

PYTHONPATH=tests python -m support.fuzzing --minutes 5 --seed 1 [--only pdf,docx]
"""
