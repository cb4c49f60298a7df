"""Workflow definitions: read from JSON, kept by version for ever; a new release puts its own into the store."""

import hashlib
import json
import logging
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import msgspec

from domain.adapters.documents.shapes import InvalidDocument, Problem, closed_schema, faults, parse, pointer
from domain.model.durations import InvalidDuration, parse_duration
from domain.model.orders import OrderStatus
from domain.model.returns import ReturnStatus
from domain.ports import Clock, Reader, Store, UnitOfWork
from domain.workflow.definition import Definition, Task

REFRESH = 5.0  # seconds
STATUSES: Mapping[str, tuple[str, ...]] = {"ORDER": tuple(OrderStatus), "RETURN": tuple(ReturnStatus)}
"""What a state may be to the outside, by the definition's subject."""

log = logging.getLogger(__name__)


class UnknownWorkflow(KeyError):
    """No such name, or no such version of it."""


def definition_schema() -> dict[str, Any]:
    """The published JSON Schema. One transition may stand for a list of one."""
    schema = closed_schema(Definition, "A workflow definition")
    for given_by_the_store in ("name", "version"):
        del schema["$defs"]["Definition"]["properties"][given_by_the_store]
    schema["$defs"]["Definition"]["properties"]["subject"]["enum"] = list(STATUSES)
    schema["$defs"]["State"]["properties"]["status"]["enum"] = sorted({*STATUSES["ORDER"], *STATUSES["RETURN"]})
    triggers = schema["$defs"]["State"]["properties"]["on"]
    one = triggers["additionalProperties"]["items"]
    triggers["additionalProperties"] = {"anyOf": [one, {"type": "array", "items": one}]}
    return schema


def check_definition(document: bytes) -> tuple[Definition | None, list[Problem]]:
    """The definition, and what is wrong with its document. Whether it makes sense `domain.workflow.checks` says."""
    try:
        words = parse(document)
    except InvalidDocument as invalid:
        return None, invalid.problems
    wrong = faults(words, definition_schema())
    if wrong:
        return None, wrong
    definition = msgspec.convert(_lists(words), Definition)
    return definition, [*_statuses(definition), *_spans(definition)]


def decode_definition(document: bytes, name: str, version: int) -> Definition:
    """Raises: InvalidDocument."""
    definition, problems = check_definition(document)
    if definition is None or problems:
        raise InvalidDocument(problems)
    return read_definition(document, name, version)


def read_definition(document: bytes, name: str, version: int) -> Definition:
    """A document that was accepted once. Keys of other releases are passed over."""
    return msgspec.convert({**_lists(json.loads(document)), "name": name, "version": version}, Definition)


def content_hash(document: bytes) -> str:
    """The same for documents that say the same, however they are laid out."""
    plain = json.dumps(json.loads(document), sort_keys=False, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def _lists(words: dict[str, Any]) -> dict[str, Any]:
    def state(one: dict[str, Any]) -> dict[str, Any]:
        triggers = {name: way if isinstance(way, list) else [way] for name, way in one.get("on", {}).items()}
        return {**one, "on": triggers}

    return {**words, "states": {name: state(one) for name, one in words["states"].items()}}


def _statuses(definition: Definition) -> list[Problem]:
    """What a state cannot be to the outside, its subject being what it is."""
    known = STATUSES[definition.subject]
    return [
        (pointer("/states", name, "status"), f"must be one of {', '.join(known)}")
        for name, state in definition.states.items()
        if state.status not in known
    ]


def _spans(definition: Definition) -> list[Problem]:
    """Durations that are none; `window:` keys name the shop's own."""
    spans: list[tuple[str, str]] = []
    for name, state in definition.states.items():
        at = pointer("/states", name)
        spans += [(pointer(at, "after", key), key) for key in state.after if not key.startswith("window:")]
        for task_name, task in state.tasks.items():
            spans += _task_spans(pointer(at, "tasks", task_name), task)
    found = []
    for at, text in spans:
        try:
            parse_duration(text)
        except InvalidDuration as error:
            found.append((at, str(error)))
    return found


def _task_spans(at: str, task: Task) -> list[tuple[str, str]]:
    retry = pointer(at, "retry")
    return [
        (pointer(at, "timeout"), task.timeout),
        (pointer(retry, "backoff"), task.retry.backoff),
        (pointer(retry, "ceiling"), task.retry.ceiling),
    ]


class LibraryWorkflows:
    """All versions in the store, the shipped definitions among them. `current` is the newest version of a name."""

    def __init__(self, store: Store, clock: Clock, shipped: Mapping[str, bytes] | None = None) -> None:
        self._store = store
        self._clock = clock
        self._shipped = read_library() if shipped is None else dict(shipped)
        self._versions: dict[tuple[str, int], Definition] = {}
        self._newest: dict[str, int] = {}

    def current(self, name: str) -> Definition:
        """Raises: UnknownWorkflow."""
        return self.get(name, self._newest.get(name, 0))

    def get(self, name: str, version: int) -> Definition:
        """Raises: UnknownWorkflow."""
        try:
            return self._versions[name, version]
        except KeyError:
            raise UnknownWorkflow(f"{name} has no version {version} here") from None

    async def register(self) -> None:
        """Every shipped definition whose content no stored version has is now the newest version of its name."""
        for name, document in self._shipped.items():
            decode_definition(document, name, 0)
        await self.load()
        if not self._missing(await self._store.read(_stored)):
            return
        try:
            await self._store.write(self._add_missing)
        except Exception:
            # Another process that started at the same moment may have been first: then nothing is missing any more.
            if self._missing(await self._store.read(_stored)):
                raise
        await self.load()

    async def load(self) -> None:
        """Every version that stood in the store at some moment of this call is known here."""
        for name, version, document in await self._store.read(_stored):
            if (name, version) not in self._versions:
                self._versions[name, version] = read_definition(document, name, version)
                self._newest[name] = max(version, self._newest.get(name, 0))

    async def keep_current(self) -> None:
        """Never ends: versions that other processes add become known here."""
        while True:
            await self._clock.sleep(REFRESH)
            try:
                await self.load()
            except Exception:
                log.exception("the workflow definitions could not be read again")

    def _missing(self, stored: list[tuple[str, int, bytes]]) -> dict[str, bytes]:
        known = {(name, content_hash(document)) for name, _, document in stored}
        return {name: text for name, text in self._shipped.items() if (name, content_hash(text)) not in known}

    async def _add_missing(self, uow: UnitOfWork) -> None:
        for name, document in self._missing(await uow.workflow_versions()).items():
            version = await uow.add_workflow_version(name, document, self._clock.now())
            log.info("a workflow has a new version", extra={"document": name, "version": version})


def read_library() -> dict[str, bytes]:
    """The definitions that ship with this release, by name."""
    shipped = [file for file in files("domain.workflow").joinpath("library").iterdir() if file.name.endswith(".json")]
    return {file.name.removesuffix(".json"): file.read_bytes() for file in sorted(shipped, key=lambda file: file.name)}


async def _stored(reader: Reader) -> list[tuple[str, int, bytes]]:
    return await reader.workflow_versions()
