"""Coverage-guided fuzzing: libFuzzer, through atheris, sees which branches of ours an input takes
and keeps those that lead to new ones.

PYTHONPATH=tests python -m support.fuzzing.guided --minutes 5 --seed 1 [--only rtf,heads]

Atheris has no wheel for every system and Python: there this says so and does nothing. What it has
found before lies in `corpora/`, and runs as plain tests everywhere.
"""
