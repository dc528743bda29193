"""The outcomes that effects about gatherings have in a talk which does not write another one below them."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from bot.dialogue import gathering_effects as g
from bot.dialogue.effects import Effect

VISIT: Final[dict[str, Any]] = {
    "id": 12,
    "kind": "go-and-see",
    "starts_at": "2026-12-12T08:00:00Z",
    "ends_at": "2026-12-12T17:00:00Z",
    "closes_at": "2026-12-11T17:00:00Z",
    "free": 20,
    "names_needed": True,
    "municipality": "prizren",
    "told": {
        "sr": {"title": "Посета селу", "text": "Видећете куће и разговарати са општином.", "place": "Општина Призрен"},
        "sq": {"title": "Vizitë në fshat", "text": "Do t'i shihni shtëpitë dhe do të bisedoni me komunën.", "place": "Komuna e Prizrenit"},
        "en": {
            "title": "Visit to the village",
            "text": "You will see the houses and talk with the municipality.",
            "place": "Prizren municipality",
        },
    },
}
_SEATED: Final = {"state": "seated", "size": 2}


def _written(name: str, values: object) -> str:
    return f"{name} {msgspec.json.encode(values).decode()}"


ANSWERED: Final[Mapping[type[Effect], str]] = {
    g.FindGatherings: _written("gatherings_found", {"rows": [VISIT]}),
    g.LookAtGathering: _written("gathering_found", {"gathering": VISIT}),
    g.TakeSeat: _written("seated", {"gathering": VISIT, "mine": _SEATED}),
    g.AcceptSeat: _written("seat_confirmed", {"gathering": VISIT, "mine": _SEATED | {"confirmed": True}}),
    g.ChangeParty: _written("party_changed", {"gathering": VISIT, "mine": _SEATED}),
    g.LeaveSeat: "seat_left {}",
    g.FindSeats: _written("seats_found", {"rows": [[VISIT, _SEATED]]}),
    g.FindSeatsAtStop: "seats_at_stop {}",
    g.SetReminders: 'reminders_set {"on": false}',
    g.KeepReminders: 'reminders_kept {"count": 1}',
    g.FindFollows: "follows_found {}",
    g.GiveOpinion: 'opinion_counted {"gathering": 12, "counted": true, "after": "safe"}',
}
