"""Carrying out what a turn decided: one `match` over the closed union of effects.

Runs inside the turn's savepoint. Each case calls one action; an effect whose result the person must
hear gives its outcome back.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot import carry_out_desk as desk
from bot import carry_out_gatherings as gatherings
from bot import carry_out_registrations as registrations
from bot.actions import content, misses, people, questions, reminders, staff
from bot.actions.people import Met
from bot.dialogue.desk_effects import DeskEffect
from bot.dialogue.effects import Asked, AskStaff, Effect, Judge, Miss, Outcome, Say, Serve, SetLanguage, Start, Stop
from bot.dialogue.gathering_effects import GatheringEffect
from bot.dialogue.registration_effects import FormEffect, RightsEffect
from bot.library import Library
from bot.messages import Language
from bot.store.sealing import Vault
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a turn happens: its transaction, the content it sees, the person, and when."""

    connection: Connection
    vault: Vault
    texts: Texts
    library: Library
    met: Met
    channel: str
    now: datetime
    zone: ZoneInfo


def carry_out(effect: Effect, scene: Scene, language: Language) -> Outcome | None:
    """The effect has happened, as far as the transaction commits; its outcome, where it has one."""
    connection, met, now = scene.connection, scene.met, scene.now
    if isinstance(effect, GatheringEffect):
        return gatherings.carry_out(effect, gatherings.Place(connection, scene.vault, scene.texts, met, now))
    if isinstance(effect, FormEffect | RightsEffect):
        place = registrations.Place(connection, scene.vault, scene.texts, scene.library, met, scene.channel, language, now, scene.zone)
        return registrations.carry_out(effect, place)
    if isinstance(effect, DeskEffect):
        return desk.carry_out(effect, desk.Place(connection, scene.vault, scene.texts, met, now))
    match effect:
        case Say():
            return None
        case SetLanguage(language=wanted, chosen=chosen):
            people.set_language(connection, met.person_id, wanted, chosen=chosen)
        case Serve(article=name):
            content.serve(connection, met.person_id, name, scene.library.articles[name].versions[language].hash, now)
        case Judge(article=name, useful=useful):
            told = scene.library.articles[name].hash
            content.judge(connection, article=name, body_hash=told, language=language, useful=useful)
        case Miss(text=text, article=article):
            misses.note(connection, scene.vault, person_id=met.person_id, text=text, language=language, article=article, now=now)
        case AskStaff(text=text):
            return _ask_staff(text, scene, language)
        case Stop():
            people.stop(connection, met.person_id, now)
            reminders.stop(connection, met.person_id)
        case Start():
            people.start(connection, met.person_id)
        case _:
            assert_never(effect)
    return None


def _ask_staff(text: str, scene: Scene, language: Language) -> Asked:
    asked = questions.ask(
        scene.connection,
        scene.vault,
        person_id=scene.met.person_id,
        address_id=scene.met.address_id,
        text=text,
        language=language,
        now=scene.now,
        working_days=scene.library.organisation.answering_days,
    )
    staff.tell_of_question(scene.connection, scene.vault, scene.texts, code=asked.code, text=text, now=scene.now)
    return Asked(asked.code, asked.due)
