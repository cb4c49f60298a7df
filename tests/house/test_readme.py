from tests.house.readme import README, renewed


def test_the_tables_of_the_readme_say_what_the_code_says() -> None:
    text = README.read_text(encoding="utf-8")
    assert renewed(text) == text, "python -m tests.house.readme --write"
