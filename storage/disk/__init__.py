"""Durable writes, file locks and turns at them."""
