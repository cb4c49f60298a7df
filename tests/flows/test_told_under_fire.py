"""A small size of what `python -m tests.flows.told_under_fire` does at full size."""

from pathlib import Path

from tests.flows.told_under_fire import under_fire


async def test_no_sms_is_doubled_or_lost_and_a_mail_doubled_only_where_its_answer_was(tmp_path: Path) -> None:
    found = await under_fire(tmp_path, orders=20, kills=3)
    assert (found.sms_doubled, found.sms_lost, found.mails_lost, found.open) == (0, 0, 0, 0)
    assert found.mails_doubled_with_an_answer == 0
    assert sum(found.outcomes.values()) == 3 * 20  # two mails and an SMS for every order
    assert found.moods["takes and drops"], "nothing went wrong, so nothing was shown"
