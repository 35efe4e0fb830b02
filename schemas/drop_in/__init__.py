"""What the protocols of other programs hand over, by each of them."""
