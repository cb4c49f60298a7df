"""The command line: what it prints, and one line for what it cannot do."""

import json
import os
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from graphql import build_schema

from domain.adapters.clock import SystemClock
from domain.adapters.documents.shops import demo_shop
from domain.adapters.sql.locks import WriterLock
from domain.model.actors import ActorKind, Role
from domain.model.products import Customer
from gateway.auth import Sessions
from gateway.cli import main
from gateway.cli.starting import run, settings_of
from gateway.config import table
from gateway.lifecycle.opening import opened

SECRET = "s" * 40

Waymark = Callable[..., tuple[int, str, str]]


@pytest.fixture
def waymark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], own_logging: None
) -> Waymark:
    """Runs a command in development, in a folder of its own: (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WAYMARK_MODE", "development")
    monkeypatch.setenv("WAYMARK_SECRET", SECRET)

    def command(*words: str) -> tuple[int, str, str]:
        code = 0
        try:
            main(words)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1 if end.code else 0
            message = f"{end.code}\n" if isinstance(end.code, str) else ""
        else:
            message = ""
        said = capsys.readouterr()
        spoken = "".join(line for line in said.err.splitlines(keepends=True) if not line.startswith("{"))  # no log
        return code, said.out, spoken + message

    return command


def refused(answer: tuple[int, str, str], *words: str) -> None:
    """By one line, and nothing else."""
    code, output, errors = answer
    assert (code, output) == (1, "")
    assert errors.startswith("waymark: ")
    assert errors.count("\n") == 1
    for word in words:
        assert word in errors


# ---------------------------------------------------------------- what needs no database


def test_settings_are_the_readme_s_table(waymark: Waymark) -> None:
    assert waymark("settings") == (0, table(), "")


def test_the_schema_is_printed_as_graphql(waymark: Waymark) -> None:
    code, output, _ = waymark("schema")
    assert code == 0
    assert build_schema(output).query_type is not None


@pytest.mark.parametrize(
    "words",
    [("nonsense",), ("serve", "--nonsense"), ("serve", "--port", "x"), ("shop", "check"), ("token", "--role", "x")],
)
def test_what_is_typed_wrongly_is_told_in_one_line(words: tuple[str, ...], waymark: Waymark) -> None:
    refused(waymark(*words))


def test_help_lists_the_commands(waymark: Waymark) -> None:
    code, output, _ = waymark("--help")
    assert code == 0
    for command in ("serve", "worker", "demo", "simulate", "token", "migrate", "replay", "shop", "schema"):
        assert f" {command} " in output


# ---------------------------------------------------------------- database


def test_migrate_makes_the_database_and_does_it_again_without_harm(waymark: Waymark, tmp_path: Path) -> None:
    for _ in range(2):
        assert waymark("migrate") == (0, "", "")
    assert (tmp_path / "var" / "waymark.db").exists()
    assert waymark("replay") == (0, "0 orders, 0 events read: all as written\n", "")


def test_migrate_and_replay_ask_for_no_secrets(waymark: Waymark, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_MODE", "production")
    monkeypatch.delenv("WAYMARK_SECRET")
    assert waymark("migrate")[0] == 0
    assert waymark("replay")[0] == 0


def test_replay_before_there_is_a_database_is_told_in_one_line(waymark: Waymark) -> None:
    refused(waymark("replay"), "waymark.db")


def test_replay_of_what_is_no_database_is_told_in_one_line(waymark: Waymark, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "waymark.db").write_text("no database at all, but long enough to be looked at " * 100)
    refused(waymark("replay"), "waymark.db")


@pytest.mark.parametrize("url", ["mysql://localhost/x", "waymark.db", "sqlite:/one", ""])
def test_an_address_of_no_database_that_we_know_is_told(
    url: str, waymark: Waymark, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYMARK_DATABASE_URL", url)
    refused(waymark("migrate"), "sqlite:///")


def test_a_postgres_that_does_not_answer_is_told(waymark: Waymark, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_DATABASE_URL", "postgresql://somebody:hunter2@127.0.0.1:9/nothing")
    for command in ("migrate", "replay", "worker"):
        answer = waymark(command)
        refused(answer)
        assert "hunter2" not in answer[2]


# ---------------------------------------------------------------- why it does not serve


def test_a_taken_port_is_told_in_one_line(waymark: Waymark) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused(waymark("serve", "--port", str(port)), f"cannot listen on 127.0.0.1:{port}: Address already in use")


def test_a_host_that_is_none_is_told_in_one_line(waymark: Waymark) -> None:
    refused(waymark("serve", "--host", "no-such-host.invalid"), "cannot listen on no-such-host.invalid")


def test_a_folder_that_cannot_be_written_is_told_in_one_line(
    waymark: Waymark, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("WAYMARK_DATABASE_URL", f"sqlite:///{tmp_path}/file/waymark.db")
    for command in (("serve", "--port", "0"), ("migrate",), ("worker",)):
        refused(waymark(*command), "waymark.db")
    monkeypatch.setenv("WAYMARK_FOLDER", str(tmp_path / "file" / "var"))
    refused(waymark("serve", "--port", "0"), "cannot keep secrets in")
    refused(waymark("demo", "--port", "0"), "cannot keep secrets in")


def test_a_database_that_is_none_yet_is_told_in_one_line(waymark: Waymark) -> None:
    refused(waymark("serve", "--port", "0"), "run `waymark migrate`")


def test_a_half_migrated_file_is_told_in_one_line(waymark: Waymark, tmp_path: Path) -> None:
    for statement in ("DROP TABLE journal", "DROP TABLE alembic_version"):
        file = tmp_path / "var" / "waymark.db"
        file.unlink(missing_ok=True)
        waymark("migrate")
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA foreign_keys = OFF")
            database.execute(statement)
        for command in (("serve", "--port", "0"), ("worker",), ("replay",)):
            refused(waymark(*command), "half migrated")


def test_a_database_in_use_is_told_in_one_line_and_reading_goes_on(waymark: Waymark, tmp_path: Path) -> None:
    waymark("migrate")
    lock = WriterLock(tmp_path / "var" / "waymark.db")
    for command in (("serve", "--port", "0"), ("worker",), ("migrate",)):
        refused(waymark(*command), f"waymark.db is in use by process {os.getpid()}")
    assert waymark("replay")[0] == 0
    assert waymark("token", "--staff", "olga", "--role", "admin")[0] == 0
    lock.release()


# ---------------------------------------------------------------- tokens


def test_a_token_for_staff_says_name_and_roles(waymark: Waymark) -> None:
    code, output, _ = waymark("token", "--staff", "olga", "--role", "support", "--role", "finance")
    actor = Sessions(SECRET.encode(), SystemClock()).actor(output.strip())
    assert code == 0
    assert (actor.kind, actor.id) == (ActorKind.STAFF, "olga")
    assert actor.roles == {Role.SUPPORT, Role.FINANCE}


def test_a_token_for_a_customer_is_made_by_reading_alone(waymark: Waymark, tmp_path: Path) -> None:
    waymark("migrate")

    async def known() -> None:
        async with opened(settings_of()) as ports:
            await ports.store.write(lambda uow: uow.put_customer(Customer("c1", "mia@example.org")))

    run(known())
    before = sqlite3.connect(tmp_path / "var" / "waymark.db").execute("PRAGMA data_version").fetchone()
    code, output, _ = waymark("token", "--customer", "Mia@Example.org")
    actor = Sessions(SECRET.encode(), SystemClock()).actor(output.strip())
    assert (code, actor.kind, actor.id) == (0, ActorKind.CUSTOMER, "c1")
    assert sqlite3.connect(tmp_path / "var" / "waymark.db").execute("PRAGMA data_version").fetchone() == before
    refused(waymark("token", "--customer", "max@example.org"), "no customer")
    refused(waymark("token", "--customer", "nonsense"), "no customer")


@pytest.mark.parametrize(
    "words",
    [(), ("--staff", "olga"), ("--staff", "olga", "--customer", "a@example.org"), ("--staff", "olga", "--role", "god"),
     ("--staff", "olga", "--role", "admin", "--hours", "0"), ("--staff", "olga", "--role", "admin", "--hours", "1e9")],
)  # fmt: skip
def test_a_token_that_cannot_be_made_is_told_in_one_line(words: tuple[str, ...], waymark: Waymark) -> None:
    refused(waymark("token", *words))


# ---------------------------------------------------------------- the shop


def test_a_shop_is_applied_shown_and_numbered(waymark: Waymark, tmp_path: Path) -> None:
    waymark("migrate")
    refused(waymark("shop", "show"), "there is no shop yet")
    file = tmp_path / "shop.json"
    file.write_bytes(demo_shop())
    assert waymark("shop", "check", str(file))[0] == 0
    for version in (1, 2):
        assert waymark("shop", "apply", str(file), "--by", "olga") == (0, f"version {version}\n", "")
    assert waymark("shop", "show") == (0, demo_shop().decode(), "")
    assert waymark("shop", "show", "--version") == (0, "2\n", "")


def test_a_shop_with_faults_is_checked_line_by_line_and_not_applied(waymark: Waymark, tmp_path: Path) -> None:
    waymark("migrate")
    file = tmp_path / "shop.json"
    document = json.loads(demo_shop())
    file.write_text(json.dumps({**document, "currencies": [], "colour": "red", "name": 7}))
    code, output, _ = waymark("shop", "check", str(file))
    assert code == 1
    assert "/colour: " in output
    assert "/name: " in output
    refused(waymark("shop", "apply", str(file)), "not applied")
    refused(waymark("shop", "show"), "there is no shop yet")
    refused(waymark("shop", "check", str(tmp_path / "nothing.json")), "No such file")


def test_the_schema_of_a_shop_is_json_schema(waymark: Waymark) -> None:
    code, output, _ = waymark("shop", "schema")
    assert code == 0
    assert "properties" in json.dumps(json.loads(output))


def test_production_without_a_shop_does_not_start_and_says_how_to_make_one(
    waymark: Waymark, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    waymark("migrate")
    monkeypatch.setenv("WAYMARK_MODE", "production")
    for name in ("STRIPE_KEY", "WAREHOUSE_KEY", "EASYPOST_KEY"):
        monkeypatch.setenv(f"WAYMARK_{name}", "key")
        monkeypatch.setenv(f"WAYMARK_{name.replace('KEY', 'WEBHOOK_SECRET')}", "")
    for name in ("PUBLIC_URL", "WAREHOUSE_BASE_URL"):
        monkeypatch.setenv(f"WAYMARK_{name}", "https://example.org")
    refused(waymark("serve", "--port", "0"), "waymark shop apply FILE")
    monkeypatch.setenv("WAYMARK_SHOP_FILE", str(tmp_path / "nothing.json"))
    refused(waymark("serve", "--port", "0"), "WAYMARK_SHOP_FILE", "No such file")
    (tmp_path / "nothing.json").write_text("{}")
    refused(waymark("serve", "--port", "0"), "WAYMARK_SHOP_FILE")
