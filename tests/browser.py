"""A headless Chromium, where one is installed: pages as people see them, on a phone and on a desk.

async with browser() as chromium:
    page = await chromium.page(width=390)
    await page.open("http://127.0.0.1:8000/track")
    await page.picture(Path("track.png"))
"""

import asyncio
import base64
import itertools
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0")
LISTENING = b"DevTools listening on "
PATIENCE = 30.0

Json = dict[str, Any]


def installed() -> str | None:
    """The command of the first one that there is."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass
class Browser:
    """Answers come by their number, events by their name and session."""

    socket: ClientConnection
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _answers: dict[int, asyncio.Future[Json]] = field(default_factory=dict)
    _events: dict[tuple[str, str], asyncio.Event] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    """What pages wrote into their consoles, errors and refusals of their policy among it."""

    async def listen(self) -> None:
        async for frame in self.socket:
            message = json.loads(frame)
            if "id" in message:
                self._answers.pop(message["id"]).set_result(message)
                continue
            if message["method"] in ("Log.entryAdded", "Runtime.exceptionThrown"):
                self.said.append(json.dumps(message["params"])[:500])
            self.event(message["method"], message.get("sessionId", "")).set()

    def event(self, name: str, session: str) -> asyncio.Event:
        return self._events.setdefault((name, session), asyncio.Event())

    async def ask(self, method: str, session: str | None = None, **params: Any) -> Json:
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        words: Json = {"id": number, "method": method, "params": params}
        await self.socket.send(json.dumps(words | ({"sessionId": session} if session else {})))
        async with asyncio.timeout(PATIENCE):
            answer = await self._answers[number]
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        result: Json = answer["result"]
        return result

    async def page(self, width: int, language: str = "en-GB", *, dark: bool = False) -> "Page":
        """An empty one, with storage of its own."""
        context = (await self.ask("Target.createBrowserContext"))["browserContextId"]
        target = (await self.ask("Target.createTarget", url="about:blank", browserContextId=context))["targetId"]
        session = (await self.ask("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        page = Page(self, session, width)
        for domain in ("Page", "Runtime", "Log"):
            await page.ask(f"{domain}.enable")
        agent = (await self.ask("Browser.getVersion"))["userAgent"]
        await page.ask("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=language)
        await page.ask("Emulation.setLocaleOverride", locale=language)
        await page.ask("Emulation.setTimezoneOverride", timezoneId="Europe/Berlin")
        await page.size(width, 844)
        if dark:
            features = [{"name": "prefers-color-scheme", "value": "dark"}]
            await page.ask("Emulation.setEmulatedMedia", features=features)
        return page


@dataclass
class Page:
    browser: Browser
    session: str
    width: int

    async def ask(self, method: str, **params: Any) -> Json:
        return await self.browser.ask(method, self.session, **params)

    async def size(self, width: int, height: int) -> None:
        words = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        await self.ask("Emulation.setDeviceMetricsOverride", **words)

    async def open(self, address: str) -> None:
        """Loaded, with everything that it names."""
        loaded = self.browser.event("Page.loadEventFired", self.session)
        loaded.clear()
        await self.ask("Page.navigate", url=address)
        async with asyncio.timeout(PATIENCE):
            await loaded.wait()

    async def value(self, script: str) -> Any:
        """What the script comes to, in the page; a promise is waited for."""
        answer = await self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    async def shows(self, text: str, seconds: float = 10.0, within: str = "body") -> None:
        """Once that part of the page says this. Raises: TimeoutError."""
        script = f"Boolean(document.querySelector({json.dumps(within)})?.innerText.includes({json.dumps(text)}))"
        async with asyncio.timeout(seconds):
            while not await self.value(script):
                await asyncio.sleep(0.05)

    async def picture(self, path: Path) -> None:
        """The whole page, as long as it is."""
        content = (await self.ask("Page.getLayoutMetrics"))["cssContentSize"]
        await self.size(self.width, max(int(content["height"]) + 1, 200))
        shot = await self.ask("Page.captureScreenshot", format="png")
        await asyncio.to_thread(path.write_bytes, base64.b64decode(shot["data"]))


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Gone at the end. Raises: RuntimeError where none is installed."""
    command = installed()
    if command is None:
        raise RuntimeError(f"none of {', '.join(NAMES)} is installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = await asyncio.create_subprocess_exec(
            command, *FLAGS, f"--user-data-dir={folder}", "about:blank",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stderr is not None
        try:
            async with asyncio.timeout(PATIENCE):
                while not (line := await process.stderr.readline()).startswith(LISTENING):
                    if not line:
                        raise RuntimeError(f"{command} did not start")
            address = line.removeprefix(LISTENING).decode().strip()
            async with connect(address, max_size=None, proxy=None) as socket:
                found = Browser(socket)
                listening = asyncio.create_task(found.listen())
                drained = asyncio.create_task(process.stderr.read())
                try:
                    yield found
                finally:
                    for task in (listening, drained):
                        task.cancel()
                    await asyncio.gather(listening, drained, return_exceptions=True)
        finally:
            process.terminate()
            await process.wait()
