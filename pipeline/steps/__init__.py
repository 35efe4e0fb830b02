"""The built-in steps: a module each, imported by the workers that a job needs them in."""
