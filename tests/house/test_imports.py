"""The inner rooms stand on the standard library alone."""

import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
INNER = ("model", "policies", "workflow", "ports", "actions", "services")
OURS = ("domain", "notifications", "schema", "resolvers", "gateway")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*OURS, include_external_packages=True, cache_dir=None)


@pytest.mark.parametrize("room", INNER)
def test_an_inner_room_imports_the_standard_library_only(graph: grimp.ImportGraph, room: str) -> None:
    modules = {f"domain.{room}"} | graph.find_descendants(f"domain.{room}")
    foreign = {
        f"{module} -> {imported}"
        for module in modules
        for imported in graph.find_modules_directly_imported_by(module)
        if imported.split(".")[0] not in sys.stdlib_module_names | {"domain"}
    }
    assert foreign == set()


def test_every_folder_of_ours_is_seen_by_the_graph(graph: grimp.ImportGraph) -> None:
    """A folder without __init__.py would be invisible here and to import-linter. Migrations are scripts."""
    files = [
        file
        for package in OURS
        for file in (ROOT / package).rglob("*.py")
        if not {"static", "migrations"} & set(file.relative_to(ROOT).parts)
    ]
    names = {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files}
    assert names - graph.modules == set()
