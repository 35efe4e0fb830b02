"""Who gets in, and what they may do: asked once for each request, before anything is done."""
