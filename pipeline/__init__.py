"""One document, free of side effects: detect, decode, parse, normalise, chunk, steps. What plug-in
authors may rely on is `gristmill.pipeline.plugins`."""
