"""Why a database cannot be used, each as one sentence for whoever started the program.

DatabaseUnusable        nothing was changed, and nothing will be until somebody sees to it
├── DatabaseInUse       another process writes to this SQLite file
└── DatabaseNotReady    there is no database there, or its tables are not those of this version
"""


class DatabaseUnusable(Exception):
    """The message is one sentence that says what to do."""


class DatabaseInUse(DatabaseUnusable):
    """A SQLite database has one writing process."""


class DatabaseNotReady(DatabaseUnusable):
    """Empty, half migrated, older or newer than this program, or no database at all."""


class Duplicate(Exception):
    """A row with this unique value is there already; `name` is the constraint's name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
