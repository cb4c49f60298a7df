"""Where messages go in development, when no provider is set up: files that /dev/mailbox shows. Never in production."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from domain.model.orders import NotificationChannel
from domain.ports import Clock
from notifications.channels.threads import HANDS, Hands
from notifications.messages import Answer, Handover, Message

KEPT = 500
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it lies in the mailbox; `id` sorts by time."""

    id: str
    channel: NotificationChannel
    at: datetime
    to: str
    subject: str
    text: str
    html: str | None


class Mailbox:
    """A folder that any number of processes write to and read from; the newest five hundred stay."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, letter: Letter) -> None:
        """It is there as a whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f"{letter.id}.draft"
        content = asdict(letter) | {"at": letter.at.isoformat()}
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
        draft.replace(self._folder / f"{letter.id}.json")
        for old in sorted(self._folder.glob("*.json"))[:-KEPT]:
            old.unlink(missing_ok=True)

    def letters(self) -> Iterator[Letter]:
        """Newest first."""
        for file in sorted(self._folder.glob("*.json"), reverse=True):
            letter = self.letter(file.stem)
            if letter is not None:
                yield letter

    def letter(self, letter_id: str) -> Letter | None:
        if not letter_id.replace("-", "").isalnum():
            return None
        try:
            found = json.loads((self._folder / f"{letter_id}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        found["at"] = datetime.fromisoformat(found["at"])
        return Letter(**found | {"channel": NotificationChannel(found["channel"])})


class MailboxChannel:
    """E-mail or SMS that ends in the mailbox."""

    hands = HANDS

    def __init__(self, mailbox: Mailbox, channel: NotificationChannel, clock: Clock) -> None:
        self._mailbox = mailbox
        self._channel = channel
        self._clock = clock
        self._threads = Hands("mailbox")

    async def hand_over(self, message: Message) -> Handover:
        now = self._clock.now()
        letter_id = f"{now:%Y%m%dT%H%M%S%f}-{message.id}"
        html = message.html if self._channel is NotificationChannel.EMAIL else None
        letter = Letter(letter_id, self._channel, now, message.to, message.subject, message.text, html)
        await self._threads.run(lambda: self._mailbox.put(letter))
        return Handover(Answer.TAKEN, provider_id=f"mailbox-{letter_id}")

    def close(self) -> None:
        self._threads.close()
