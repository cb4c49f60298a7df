"""Settings: from the environment, complete or refused, never telling a secret."""

import json
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from domain.adapters.ids import RandomIds
from gateway.config import ConfigError, Mode, Settings, complete, from_environment, table, unknown
from gateway.development import prepared, secrets_of

NEEDED = (
    "WAYMARK_PUBLIC_URL", "WAYMARK_SECRET", "WAYMARK_STRIPE_KEY", "WAYMARK_STRIPE_WEBHOOK_SECRET",
    "WAYMARK_WAREHOUSE_BASE_URL", "WAYMARK_WAREHOUSE_KEY", "WAYMARK_WAREHOUSE_WEBHOOK_SECRET", "WAYMARK_EASYPOST_KEY",
    "WAYMARK_EASYPOST_WEBHOOK_SECRET",
)  # fmt: skip

draw = RandomIds().token_bytes


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NEEDED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("WAYMARK_MODE", raising=False)


def in_development(folder: Path) -> Settings:
    return prepared(Settings(mode=Mode.DEVELOPMENT, folder=folder), draw)


def test_production_is_the_default() -> None:
    assert from_environment().mode is Mode.PRODUCTION


def test_production_names_each_secret_that_it_misses_in_one_message() -> None:
    with pytest.raises(ConfigError) as refused:
        complete(prepared(from_environment(), draw))
    assert all(name in str(refused.value) for name in NEEDED)
    assert "\n" not in str(refused.value)


def test_production_generates_nothing(tmp_path: Path) -> None:
    prepared(Settings(folder=tmp_path / "var"), draw)
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("absent", NEEDED)
def test_each_of_them_is_needed(absent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NEEDED:
        if name != absent:
            monkeypatch.setenv(name, "https://example.org/" if name.endswith("_URL") else "x" * 40)
    with pytest.raises(ConfigError, match=absent):
        complete(from_environment())
    monkeypatch.setenv(absent, "https://example.org/" if absent.endswith("_URL") else "x" * 40)
    assert complete(from_environment()).missing() == []


def test_an_empty_webhook_secret_is_a_choice_and_an_empty_key_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_EASYPOST_WEBHOOK_SECRET", "")
    monkeypatch.setenv("WAYMARK_EASYPOST_KEY", "")
    missing = from_environment().missing()
    assert "WAYMARK_EASYPOST_KEY" in missing
    assert "WAYMARK_EASYPOST_WEBHOOK_SECRET" not in missing


def test_a_short_master_secret_is_refused() -> None:
    with pytest.raises(ConfigError, match="WAYMARK_SECRET is too short"):
        complete(prepared(Settings(mode=Mode.DEVELOPMENT, secret=SecretStr("short")), lambda n: bytes(n)))


@pytest.mark.parametrize(
    ("variable", "value"),
    [("PORT", "hunter2hunter2"), ("MODE", "hunter2hunter2"), ("STRIPE_BASE_URL", "hunter2hunter2"), ("LOG_LEVEL", "?")],
)
def test_what_cannot_be_read_is_named_and_not_quoted(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"WAYMARK_{variable}", value)
    with pytest.raises(ConfigError) as refused:
        from_environment()
    assert f"WAYMARK_{variable}: " in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_misspelled_variable_is_noticed() -> None:
    named = ("WAYMARK_ALOWED_ORIGINS", "WAYMARK_PORT", "WAYMARK_TEST_REDIS", "WAYMARK_SIMULATED_KEY", "PATH")
    assert unknown(named) == ["WAYMARK_ALOWED_ORIGINS"]


def test_lists_are_written_with_commas_or_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_ALLOWED_ORIGINS", "https://a.example, https://b.example https://c.example")
    monkeypatch.setenv("WAYMARK_STRIPE_WEBHOOK_SECRET", "whsec_new,whsec_old")
    settings = from_environment()
    assert settings.allowed_origins == ("https://a.example", "https://b.example", "https://c.example")
    assert [one.get_secret_value() for one in settings.stripe_webhook_secret or ()] == ["whsec_new", "whsec_old"]


def test_development_makes_its_secrets_once_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    first = in_development(folder)
    file = folder / "secrets.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert complete(first).missing() == []
    assert in_development(folder) == first
    assert len(set(json.loads(file.read_text()).values())) == 7


def test_a_secret_that_is_set_is_not_replaced(tmp_path: Path) -> None:
    chosen = Settings(mode=Mode.DEVELOPMENT, folder=tmp_path, secret=SecretStr("s" * 40))
    assert prepared(chosen, draw).master == b"s" * 40


def test_development_asks_the_simulated_providers_unless_told_otherwise(tmp_path: Path) -> None:
    assert in_development(tmp_path).stripe_base_url == "http://127.0.0.1:8101"
    told = Settings(mode=Mode.DEVELOPMENT, folder=tmp_path, stripe_base_url="https://pay.example/")
    assert prepared(told, draw).stripe_base_url == "https://pay.example"


def test_a_file_of_secrets_that_others_may_read_is_refused(tmp_path: Path) -> None:
    secrets_of(tmp_path, draw)
    (tmp_path / "secrets.json").chmod(0o644)
    with pytest.raises(ConfigError, match=r"chmod 600"):
        secrets_of(tmp_path, draw)


def test_a_broken_file_of_secrets_is_named_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.touch(0o600)
    file.write_text("{")
    with pytest.raises(ConfigError, match=r"secrets\.json cannot be read"):
        secrets_of(tmp_path, draw)
    assert file.read_text() == "{"


def test_an_older_file_of_secrets_is_completed_not_replaced(tmp_path: Path) -> None:
    before = secrets_of(tmp_path, draw)
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({"secret": before["secret"]}))
    after = secrets_of(tmp_path, draw)
    assert after["secret"] == before["secret"]
    assert set(after) == set(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot keep secrets in") as refused:
        secrets_of(tmp_path / "file" / "var", draw)
    assert "\n" not in str(refused.value)


def test_settings_do_not_show_secrets_when_printed(tmp_path: Path) -> None:
    settings = Settings(
        mode=Mode.DEVELOPMENT, folder=tmp_path, redis_url="redis://:hunter2@localhost", secret=SecretStr("hunter2")
    )
    assert "hunter2" not in repr(settings)


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    assert len(table().splitlines()) == len(Settings.model_fields) + 2
