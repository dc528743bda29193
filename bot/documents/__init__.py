"""Rows made into bytes: files people and staff take away."""
