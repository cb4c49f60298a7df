"""What the tests of placing begin with."""

from domain.model.errors import Refusal


def codes(refusals: tuple[Refusal, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(refusal.code, refusal.field) for refusal in refusals]
