"""The README's tables that follow from the code: python -m tests.house.readme --write puts them in."""

import re
import sys
from pathlib import Path

from domain.model.actors import Role
from domain.policies.access import ROLES_BY_VERB
from gateway.config import table

README = Path(__file__).resolve().parent.parent.parent / "README.md"


def roles() -> str:
    """One row a verb, one column a role."""
    rows = ["| | " + " | ".join(Role) + " |", "|---|" + "---|" * len(Role)]
    for verb, allowed in ROLES_BY_VERB.items():
        marks = " | ".join("yes" if role in allowed else "" for role in Role)
        rows.append(f"| `{verb}` | {marks} |")
    return "\n".join(rows)


def renewed(text: str) -> str:
    """The README with what stands between its markers made anew."""
    for name, made in (("roles", roles()), ("settings", table().rstrip())):
        marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text, count = marked.subn(lambda match, made=made: f"{match[1]}{made}\n{match[2]}", text)  # type: ignore[misc]
        if count != 1:
            raise ValueError(f"README.md has {count} places for {name}")
    return text


if __name__ == "__main__" and "--write" in sys.argv:
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
