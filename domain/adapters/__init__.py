"""What the ports need from the world. Only gateway/lifecycle.py and tests look in here."""
