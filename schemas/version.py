"""Which version this is: said here alone, read by the package's metadata and by all that tell it.

The rule (CONTRIBUTING.md): the second number moves with every change of what users see or of what
a data folder holds, the third with corrections alone. It moves in the commit that makes the change.
"""

VERSION = "0.2.0"
