"""Text and its places, as liteparse gives them."""
