"""Where a person is written to."""

from typing import Final

from sqlalchemy import Connection, and_, bindparam, select

from bot.messages import LANES
from bot.store.tables import address, outgoing

_LAST_SPOKEN: Final = (
    select(address.c.id)
    .select_from(
        address.outerjoin(outgoing, and_(outgoing.c.address_id == address.c.id, outgoing.c.lane == LANES.index("reply")))
    )
    .where(address.c.person_id == bindparam("person"))
    .order_by(
        address.c.blocked_at.is_not(None),
        outgoing.c.id.desc().nulls_last(),
        address.c.id != bindparam("otherwise"),
        address.c.id.desc(),
    )
    .limit(1)
)  # fmt: skip


def last_spoken(connection: Connection, person_id: int, otherwise: int | None = None) -> int | None:
    """The person's address that was last answered, of those that are not blocked; None for somebody without any.

    Where none of them was ever answered, `otherwise` comes first, then the newest. A blocked address is
    given only when there is no other.
    """
    found: int | None = connection.execute(_LAST_SPOKEN, {"person": person_id, "otherwise": otherwise or 0}).scalar()
    return found
