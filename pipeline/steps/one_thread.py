"""Import this before a numeric library: what is spread over the pool must not spread again.

Such libraries read the environment once, when they are imported, and would otherwise start a
thread for each CPU in each worker. What one of them would send home is switched off here, too.
"""

import os

for _name in (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "RAYON_NUM_THREADS",
):
    os.environ[_name] = "1"
# Tokenizers would use threads of their own for a batch.
os.environ["TOKENIZERS_PARALLELISM"] = "false"
# Since 1.29 ONNX Runtime on Linux sends names and hashes of models, and what it ran on, to its
# maker unless this is set. `disable_telemetry_events` comes too late: the import has begun it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
