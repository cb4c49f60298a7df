"""Thin: unwrap the input, call one use case, wrap the answer. `roots.py` lists every public field."""
