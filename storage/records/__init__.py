"""Small files beside the library: keys, tokens, actions, deliveries, numbers."""
