"""Signing in, through the public API and real sockets: from the request to the link in the post to the orders."""
