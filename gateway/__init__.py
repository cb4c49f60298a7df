"""The doors: everything that speaks HTTP, WebSocket or shell."""
