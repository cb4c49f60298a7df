"""Telling people: an event becomes a message, a message goes its ways, and how each ended is written down."""
