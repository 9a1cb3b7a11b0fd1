"""The demo's people at work: each signs in, and shows one-time codes that are good for one action each."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Final, Self

from florin.batch.demo_people import DemoPerson
from florin.cli.demonstration.http_client import Service
from florin.crypto.totp import STEP_SECONDS, code_at

_TRIES: Final = 4


@dataclass(slots=True)
class AtWork:
    """Somebody who has signed in, and which one-time code was the last one shown."""

    person: DemoPerson
    last_step: int = 0
    token: str = field(default="", repr=False)

    @classmethod
    async def sign_in(cls, service: Service, person: DemoPerson) -> Self:
        """Sign in; a code that was used a moment ago, in an earlier demonstration perhaps, has a successor."""
        somebody = cls(person)
        for attempt in range(_TRIES):
            body = {
                "user_name": person.user_name,
                "password": person.password,
                "totp_code": await somebody.fresh_code(),
            }
            reply = await service.post("/v1/desk/sessions", None, body)
            if reply.code != "sign_in_refused" or attempt == _TRIES - 1:
                somebody.token = reply.expect(201).body["token"]
                break
        return somebody

    async def fresh_code(self) -> str:
        """A code that has not been shown yet. The service takes those of half a minute before and after, too."""
        while True:
            current = int(time.time()) // STEP_SECONDS
            self.last_step = max(self.last_step + 1, current - 1)
            if self.last_step <= current + 1:
                return code_at(self.person.totp_secret, self.last_step)
            self.last_step -= 1
            await asyncio.sleep(STEP_SECONDS - time.time() % STEP_SECONDS)
