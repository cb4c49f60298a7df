"""The development mailbox, read over HTTP as somebody reads it who opens it in a browser: the list, then one letter."""

import asyncio
import re
import time
from dataclasses import dataclass
from html import unescape

import httpx2

PATIENCE = 30.0  # seconds for a letter that is due by now
ROW = re.compile(
    r'<a href="(?P<path>/dev/mailbox/[^"]+)"><time[^>]*>[^<]*</time><span class="to">(?P<to>[^<]*)</span>'
    r'<span class="subject">(?P<subject>[^<]*)</span></a>'
)
LINK = re.compile(r'href="(http[^"]+)"')
TEXT = re.compile(r"<pre>(.*?)</pre>", re.DOTALL)


class NoLetter(Exception):
    """What should have been in the post is not; the message says what is."""


@dataclass(frozen=True, slots=True)
class Letter:
    """`link` is the only one that it has; `text` is its plain half."""

    subject: str
    text: str
    html: str
    link: str

    @property
    def token(self) -> str:
        """What the link opens with: the part that browsers send to nobody."""
        return self.link.partition("#")[2]


async def letter(address: str, to: str, subject: str, patience: float = PATIENCE) -> Letter:
    """The newest letter to this address whose subject says that, once it is there. Raises: NoLetter."""
    deadline = time.monotonic() + patience
    async with httpx2.AsyncClient(base_url=address, timeout=10.0, trust_env=False) as http:
        while True:
            shelf = (await http.get("/dev/mailbox")).text
            rows = [{name: unescape(value) for name, value in row.groupdict().items()} for row in ROW.finditer(shelf)]
            theirs = [row for row in rows if row["to"] == to]
            if found := next((row for row in theirs if subject in row["subject"]), None):
                return await _read(http, found["path"], found["subject"])
            if time.monotonic() > deadline:
                there = "; ".join(row["subject"] for row in theirs) or "nothing"
                raise NoLetter(f"no letter to {to} says {subject!r} within {patience:.0f} s; there is: {there}")
            await asyncio.sleep(0.2)


async def _read(http: httpx2.AsyncClient, path: str, subject: str) -> Letter:
    page, html = (await http.get(path)).text, (await http.get(f"{path}/html")).text
    text, links = TEXT.search(page), {unescape(link) for link in LINK.findall(html)}
    if text is None or len(links) != 1:
        raise NoLetter(f"{subject!r} has {len(links)} links, and {'a' if text else 'no'} text to read")
    return Letter(subject, unescape(text.group(1)), html, links.pop())
