"""Carriers behind EasyPost: a tracker for each parcel, and webhooks about it."""

import httpx2
import msgspec

from domain.adapters.carriers.easypost_words import Tracker, carrier_name, read_webhook, report_of
from domain.adapters.http import ask
from domain.model.reports import TrackerReport
from domain.ports import Declined

__all__ = ["EasyPostCarriers", "read_webhook"]


class EasyPostCarriers:
    """EasyPost answers a second request for the same parcel with the first tracker: no idempotency key is needed."""

    def __init__(self, base_url: str, key: str, client: httpx2.AsyncClient) -> None:
        self._url = f"{base_url.rstrip('/')}/v2/trackers"
        self._auth = httpx2.BasicAuth(key, "")
        self._client = client

    async def watch(self, key: str, carrier: str | None, tracking_number: str) -> TrackerReport:
        words = {"tracking_code": tracking_number} | ({"carrier": carrier_name(carrier)} if carrier else {})
        content, headers = msgspec.json.encode({"tracker": words}), {"Content-Type": "application/json"}
        answer = await ask(self._client, "POST", self._url, content=content, headers=headers, auth=self._auth)
        if not answer.is_yes:
            raise Declined(f"the carriers' aggregator answered {answer.status}")
        return report_of(answer.read(Tracker))
