"""README's tables, made from the code: `python -m tests.house.readme --write` puts them between their markers."""

import re
import sys
from pathlib import Path

from domain.model.actors import Role
from domain.policies.access import ROLES_BY_VERB
from gateway.config import table as settings

README = Path(__file__).resolve().parents[2] / "README.md"


def roles() -> str:
    """Every verb that staff need a role for, and which roles have it."""
    rows = [
        "| | " + " | ".join(role.value for role in Role) + " |",
        "|---|" + "---|" * len(Role),
    ]
    for verb, trusted in ROLES_BY_VERB.items():
        rows.append(f"| `{verb}` | " + " | ".join("yes" if role in trusted else "" for role in Role) + " |")
    return "\n".join(rows) + "\n"


TABLES = {"roles": roles, "settings": settings}


def with_tables(text: str) -> str:
    """The README as it should be. Raises: ValueError for a marker that is not there, or there twice."""
    for name, table in TABLES.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        places = re.findall(re.escape(begin) + "(.*?)" + re.escape(end), text, flags=re.S)
        if len(places) != 1:
            raise ValueError(f"README.md has {len(places)} places for the table of {name}")
        text = text.replace(begin + places[0] + end, begin + table() + end)
    return text


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    README.write_text(with_tables(README.read_text()))
