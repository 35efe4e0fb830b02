"""The commands, one module each; each module names its own `command`."""
