"""Warehouses that pick, pack and hand over."""
