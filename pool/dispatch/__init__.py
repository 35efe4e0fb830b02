"""Who works on what, and in which order. Memory only; every decision under one lock."""
