"""In CI a skipped test is a failure, and tests without their inputs are left out, not skipped."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FILES = {
    "test_runs.py": """
import pytest

def test_runs(): pass

@pytest.mark.skip(reason="no time")
def test_is_skipped(): pass

@pytest.mark.xfail(reason="known")
def test_is_expected_to_fail(): assert False
""",
    "test_lacks_a_module.py": """
import pytest

pytest.importorskip("no_such_module")
""",
    "test_reads_inputs.py": """
import pytest

@pytest.mark.needs_data
def test_reads_inputs(test_data): assert False
""",
}


def run(folder: Path, **environment: str) -> str:
    """What pytest says at the end, of a run over FILES with our conftest and our settings."""
    for name, source in FILES.items():
        (folder / name).write_text(source)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml"), str(folder)]
    variables = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST_")}
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", "--rootdir", str(folder), "--continue-on-collection-errors"],
        cwd=ROOT,
        env=variables | environment,
        capture_output=True,
        text=True,
    ).stdout


def test_in_ci_a_skip_is_a_failure_and_missing_inputs_are_one_line(tmp_path: Path) -> None:
    absent = tmp_path / "nowhere"
    output = run(tmp_path, CI="true", WAYMARK_TEST_DATA=str(absent))
    assert "skipped, and in CI that is a failure" in output
    assert "1 passed, 1 deselected, 1 xfailed, 2 errors" in output
    assert [line for line in output.splitlines() if str(absent) in line] == [
        f"real inputs: none at {absent} (WAYMARK_TEST_DATA), tests that read them left out"
    ]


def test_at_a_desk_a_skip_passes_and_inputs_that_are_there_are_read(tmp_path: Path) -> None:
    output = run(tmp_path, WAYMARK_TEST_DATA=str(tmp_path))
    assert "1 failed, 1 passed, 2 skipped, 1 xfailed" in output
    assert "test_reads_inputs.py::test_reads_inputs" in output
