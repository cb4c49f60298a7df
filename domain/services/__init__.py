"""Use cases, one function each: load, decide, save, answer."""
