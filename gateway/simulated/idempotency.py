"""One key, one effect: the first answer under an Idempotency-Key is stored with its effect and repeated ever after."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from gateway.simulated.program import Program
from gateway.simulated.wire import Answer, refused


def once(
    program: Program, key: str | None, path: str, parameters: Mapping[str, Any], work: Callable[[], Answer]
) -> Answer:
    """What `work` wrote, its answer and the fact of having been asked are committed together.

    Asked again with the same path and parameters: the stored answer, and `work` does not run. With others: 400.
    `work` writes nothing when it refuses. A refusal is stored as well: a declined card stays declined under its key.
    """
    fingerprint = hashlib.sha256(json.dumps([path, parameters], sort_keys=True).encode()).hexdigest()
    ledger, now = program.ledger, program.clock.now()
    with ledger.transaction():
        if key is None:
            return work()
        stored = ledger.row("SELECT * FROM answers WHERE key = ?", key)
        if stored is None:
            answer, outcome = work(), "done"
            ledger.execute(
                "INSERT INTO answers VALUES (?, ?, ?, ?, ?)",
                *(key, fingerprint, answer.status, json.dumps(answer.body), now),
            )
        elif stored["fingerprint"] == fingerprint:
            answer, outcome = (
                Answer(stored["status"], json.loads(stored["body"]), {"Idempotent-Replayed": "true"}),
                "again",
            )
        else:
            answer, outcome = (
                refused(400, "this Idempotency-Key was used with other parameters", type="idempotency_error"),
                "conflict",
            )
        ledger.execute("INSERT INTO asks (key, path, at, outcome) VALUES (?, ?, ?, ?)", *(key, path, now, outcome))
    return answer
