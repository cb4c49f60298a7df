"""The engine, by what it does: enters, chooses, waits for tasks and timers, ends."""
