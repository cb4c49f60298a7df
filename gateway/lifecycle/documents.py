"""The shop's document as people write it, for whoever checks or changes it by hand."""

from collections.abc import Sequence

from domain.adapters.documents.shops import check_shop, shop_schema

__all__ = ["faults_of", "shop_schema"]


def faults_of(document: bytes) -> Sequence[str]:
    """A line for everything that is wrong with a shop's document."""
    _, problems = check_shop(document)
    return [f"{place or '/'}: {problem}" for place, problem in problems]
