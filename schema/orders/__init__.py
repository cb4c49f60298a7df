"""The order in the published schema: its own type, its parts that only it has, and what is asked of it."""
