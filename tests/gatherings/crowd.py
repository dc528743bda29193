"""A crowd that wants seats at once: one process of it, for the test of seats under concurrency.

Run as a program: `python -m tests.gatherings.crowd URL GATHERING FIRST LAST SEED`.
"""

import random
import sys
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from functools import partial
from typing import Any, get_args

from cryptography.fernet import Fernet
from sqlalchemy import Connection, select, update

from bot.actions import people, seats
from bot.actions.seats import Put, Wish
from bot.app import LOCALES
from bot.seating import ACTIVE
from bot.store.database import Ledger, Writer
from bot.store.sealing import Vault
from bot.store.tables import party
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


def change(connection: Connection, *, gathering: int, name: int, size: int, texts: Texts) -> None:
    met = people.meet(connection, "web", f"crowd-{name}", now=NOW, language="en")
    wish = Wish(size)
    seats.resize(connection, VAULT, texts, gathering_id=gathering, person_id=met.person_id, wish=wish, now=NOW)


def let_lapse(connection: Connection, *, gathering: int, name: int, texts: Texts) -> None:
    """The party's offer, where it has one, has run out, and the sweep comes by."""
    met = people.meet(connection, "web", f"crowd-{name}", now=NOW, language="en")
    mine = (party.c.gathering_id == gathering, party.c.person_id == met.person_id, party.c.state == "offered")
    connection.execute(update(party).where(*mine).values(offered_until=NOW - timedelta(seconds=1)))
    seats.turn_over(connection, texts, gathering, NOW)


def override(connection: Connection, *, gathering: int, name: int, state: Put, texts: Texts) -> None:
    met = people.meet(connection, "web", f"crowd-{name}", now=NOW, language="en")
    mine = (party.c.gathering_id == gathering, party.c.person_id == met.person_id, party.c.state.in_(ACTIVE))
    code = connection.execute(select(party.c.code).where(*mine)).scalar()
    if code:
        seats.put(connection, texts, gathering_id=gathering, code=code, state=state, by="Ana", reason="ill", now=NOW)


def crowd(url: str, gathering: int, names: range, seed: int) -> None:
    """Parties of one to six sign up; a third of them leaves again, others answer offers or let them lapse, change their
    size, or are moved by staff: all as fast as the ledger takes it."""
    chance = random.Random(seed)
    ledger, texts = Ledger(url), Texts.load(LOCALES)
    writer = Writer(ledger)
    writer.start()
    waiting: list[Future[Any]] = []
    for name in names:
        waiting.append(writer.submit(partial(come, gathering=gathering, name=name, size=chance.randint(1, 6))))
        earlier = chance.choice(range(names.start, name + 1))
        waiting.append(writer.submit(partial(_happening(chance), gathering=gathering, name=earlier, texts=texts)))
        if chance.random() < 0.3:
            waiting[-1].result()
    for one in waiting:
        one.result()
    writer.stop()
    ledger.close()


def _happening(chance: random.Random) -> Callable[..., None]:
    """What one of those who came before does next, or what is done to them."""
    size, state = chance.randint(1, 6), chance.choice(get_args(Put))
    ways = [go, agree, let_lapse, partial(change, size=size), partial(override, state=state)]
    return chance.choices(ways, weights=[6, 4, 2, 3, 1])[0]


if __name__ == "__main__":
    address, number, first, last, seed = sys.argv[1:]
    crowd(address, int(number), range(int(first), int(last)), int(seed))
