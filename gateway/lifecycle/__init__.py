"""The one room that names adapters: opens what the ports need from the world, and closes it in reverse."""
