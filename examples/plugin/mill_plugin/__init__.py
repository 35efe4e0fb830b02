"""An example of what a package can add to Gristmill: docs/writing-a-parser.md explains the parser,
docs/writing-a-step.md the step."""
