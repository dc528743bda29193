"""A crowd that wants seats at once: one process of it, for the test of seats under concurrency.

Run as a program: `python -m tests.gatherings.crowd URL GATHERING FIRST LAST SEED`.
"""

import random
import sys
from concurrent.futures import Future
from functools import partial
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Connection

from bot.actions import people, seats
from bot.actions.seats import Wish
from bot.app import LOCALES
from bot.store.database import Ledger, Writer
from bot.store.sealing import Vault
from bot.texts import Texts
from tests.town import wall

NOW = wall("2026-11-21T10:00")
VAULT = Vault("a secret for tests", (Fernet.generate_key().decode(),))


def come(connection: Connection, *, gathering: int, name: int, size: int) -> None:
    met = people.meet(connection, "web", f"crowd-{name}", now=NOW, language="en")
    wish = Wish(size)
    seats.take(connection, VAULT, gathering_id=gathering, person_id=met.person_id, address_id=met.address_id, wish=wish, now=NOW)


def go(connection: Connection, *, gathering: int, name: int, texts: Texts) -> None:
    met = people.meet(connection, "web", f"crowd-{name}", now=NOW, language="en")
    seats.leave(connection, texts, gathering_id=gathering, person_id=met.person_id, now=NOW)


def agree(connection: Connection, *, gathering: int, name: int, texts: Texts) -> None:
    met = people.meet(connection, "web", f"crowd-{name}", now=NOW, language="en")
    seats.accept(connection, texts, gathering_id=gathering, person_id=met.person_id, now=NOW)


def crowd(url: str, gathering: int, names: range, seed: int) -> None:
    """Parties of one to six sign up; a third of them leaves again, some answer offers: all as fast as the ledger takes it."""
    chance = random.Random(seed)
    ledger, texts = Ledger(url), Texts.load(LOCALES)
    writer = Writer(ledger)
    writer.start()
    waiting: list[Future[Any]] = []
    for name in names:
        waiting.append(writer.submit(partial(come, gathering=gathering, name=name, size=chance.randint(1, 6))))
        earlier = chance.choice(range(names.start, name + 1))
        if chance.random() < 0.33:
            waiting.append(writer.submit(partial(go, gathering=gathering, name=earlier, texts=texts)))
        elif chance.random() < 0.5:
            waiting.append(writer.submit(partial(agree, gathering=gathering, name=earlier, texts=texts)))
        if chance.random() < 0.3:
            waiting[-1].result()
    for one in waiting:
        one.result()
    writer.stop()
    ledger.close()


if __name__ == "__main__":
    address, number, first, last, seed = sys.argv[1:]
    crowd(address, int(number), range(int(first), int(last)), int(seed))
