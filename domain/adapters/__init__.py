"""What the ports need from the world. Only gateway/lifecycle/ and tests look in here."""
