"""Why a program of ours does not start."""


class CannotStart(Exception):
    """The message says in one line why, for whoever started the program."""
