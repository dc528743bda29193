"""Registrations: kept with their consents, changed, withdrawn, worked on, passed on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from bot.actions import audit, outgoing, people
from bot.actions.codes import new_code
from bot.errors import PlainError
from bot.forms import NAMED, Answer, Form, Role, consent_hash
from bot.languages import fold
from bot.messages import Button, Language, Outgoing
from bot.store import registration_reads as reads
from bot.store.address_reads import last_spoken
from bot.store.broadcast_reads import office_of
from bot.store.database import insert_new
from bot.store.sealing import Vault
from bot.store.tables import (
    consent,
    consent_text,
    person,
    referral,
    registration,
    registration_history,
    setting,
    tally,
)
from bot.texts import Texts

STATUSES: Final = ("received", "in-progress", "waiting", "accepted", "declined", "done", "withdrawn")
CONTACT: Final = "contact"
Answers = Mapping[str, Answer]


class RegistrationError(PlainError):
    """This cannot be done with the registration; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent: its purpose, and the exact words agreed to in the language they were shown in."""

    purpose: str
    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody sends off. `changing`: the code it replaces."""

    form: Form
    family: bool
    answers: Answers
    consents: tuple[Consent, ...]
    language: Language
    channel: str
    changing: str = ""

    @property
    def anonymous(self) -> bool:
        field = self.form.head.anonymous
        return bool(field) and self.answers.get(field) == "yes"

    def counted(self, role: Role) -> str:
        """The code of the answer that counts as this; empty where the form does not ask for it or it was skipped."""
        asked = self.form.counted(role)
        return str(self.answers.get(asked.id) or "") if asked else ""


@dataclass(frozen=True, slots=True)
class Kept:
    code: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    """There is a running one for the same subject."""

    code: str


@dataclass(frozen=True, slots=True)
class Shut:
    """The form is closed."""


def is_open(connection: Connection, form: Form, today: date) -> bool:
    """Whether people may sign up now: what staff set, else the form's own dates."""
    decided = reads.form_setting(connection, form.id)
    return decided == "open" if decided else form.open_on(today)


def set_open(connection: Connection, form: str, *, opened: bool, by: str, now: datetime) -> None:
    """The form is open (or closed) from now on, whatever its dates say."""
    value = "open" if opened else "closed"
    if not insert_new(connection, setting, {"name": f"form.{form}", "value": value}):
        connection.execute(update(setting).where(setting.c.name == f"form.{form}").values(value=value))
    audit.note(connection, who=by, verb=f"form {value}", about=form, now=now)


def subject_of(vault: Vault, form: Form, answers: Answers, *, family: bool) -> str:
    """A keyed hash of whom the registration is for: equal for the same person's own, or the same family member."""
    if form.head.repeat:
        return ""
    return vault.hash("subject", form.id, fold(str(answers.get(NAMED, ""))) if family else "self")


def register(
    connection: Connection, vault: Vault, sent: Application, *, person_id: int, address_id: int, now: datetime, today: date
) -> Kept | Exists | Shut:
    """The answers are kept with their consents and counted; or nothing is, and why.

    Sent without a name they are tied to nobody: what they take the place of is withdrawn, and they get a code nobody
    has seen beside the person.
    """
    people.hold(connection, person_id)
    replaced = _replaced(connection, sent, person_id)
    over = replaced is None or replaced.status in reads.OVER
    if over and not is_open(connection, sent.form, today):
        return Shut()
    subject = subject_of(vault, sent.form, sent.answers, family=sent.family)
    there = reads.running(connection, person_id, sent.form.id, subject) if subject else None
    if there is not None and (replaced is None or there != replaced.code):
        return Exists(there)
    if replaced is not None and not sent.anonymous:
        _replace(connection, vault, replaced, sent, now)
        return Kept(replaced.code, changed=True)
    if replaced is not None:
        withdraw(connection, replaced, now)
    else:
        _count(connection, sent, today)
    return Kept(_insert(connection, vault, sent, subject, (None, None) if sent.anonymous else (person_id, address_id), now))


def _insert(
    connection: Connection, vault: Vault, sent: Application, subject: str, whose: tuple[int | None, int | None], now: datetime
) -> str:
    code, at = new_code(), _day(now) if sent.anonymous else now
    values = _content(vault, sent, at) | {
        "code": code, "person_id": whose[0], "address_id": whose[1], "form": sent.form.id, "family": sent.family,
        "subject": subject, "status": "received", "created_at": at,
    }  # fmt: skip
    row = connection.execute(insert(registration).returning(registration.c.id), values).scalar_one()
    _note(connection, row, "person", "received", at)
    _consent(connection, row, sent, at)
    return code


def _day(moment: datetime) -> datetime:
    """The day alone: by the second, a registration without a name would be found beside the messages of whoever sent it."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _replaced(connection: Connection, sent: Application, person_id: int) -> Row[Any] | None:
    """The registration whose place these answers take: of the same form, and for the same of self or family."""
    found = reads.by_code(connection, sent.changing, person_id) if sent.changing else None
    if found is None or found.status == "withdrawn":
        return None
    return found if (found.form, found.family) == (sent.form.id, sent.family) else None


def _content(vault: Vault, sent: Application, now: datetime) -> dict[str, Any]:
    phone = sent.answers.get("phone")
    return {
        "answers": vault.seal(msgspec.json.encode(dict(sent.answers)).decode()),
        "phone": vault.hash("phone", str(phone)) if phone else "",
        "origin": sent.counted("origin"),
        "residence": sent.counted("residence"),
        "form_hash": sent.form.hash,
        "language": sent.language,
        "changed_at": now,
    }


def _replace(connection: Connection, vault: Vault, found: Row[Any], sent: Application, now: datetime) -> None:
    """New answers for the office to look at: what was over with the old ones is received again."""
    values = _content(vault, sent, now) | {"subject": subject_of(vault, sent.form, sent.answers, family=found.family)}
    again = found.status in reads.OVER
    connection.execute(update(registration).where(registration.c.id == found.id).values(values | ({"status": "received"} if again else {})))
    _end_consents(connection, found.id, now)
    _consent(connection, found.id, sent, now)
    _note(connection, found.id, "person", "changed", now)
    if again:
        _note(connection, found.id, "person", "received", now)


def _consent(connection: Connection, registration_id: int, sent: Application, now: datetime) -> None:
    """Each consent with the exact text that was shown; the text itself is kept once."""
    for given in sent.consents:
        _agree(connection, registration_id, given, sent.channel, now)


def _agree(connection: Connection, registration_id: int, given: Consent, channel: str, now: datetime) -> None:
    name = consent_hash(given.text)
    insert_new(connection, consent_text, {"hash": name, "language": given.language, "text": given.text, "first_at": now})
    where = {"registration_id": registration_id, "channel": channel, "given_at": now}
    connection.execute(insert(consent), where | {"purpose": given.purpose, "hash": name, "language": given.language})


def _end_consents(connection: Connection, registration_id: int, now: datetime, purpose: str | None = None) -> None:
    ended = update(consent).where(consent.c.registration_id == registration_id, consent.c.withdrawn_at.is_(None))
    connection.execute((ended.where(consent.c.purpose == purpose) if purpose else ended).values(withdrawn_at=now))


def _count(connection: Connection, sent: Application, today: date) -> None:
    key = {
        "month": f"{today:%Y-%m}",
        "form": sent.form.id,
        "municipality": sent.counted("target") or sent.counted("origin"),
        "language": sent.language,
        "category": sent.counted("category"),
    }
    if not insert_new(connection, tally, key | {"count": 1}):
        connection.execute(update(tally).where(*(tally.c[name] == value for name, value in key.items())).values(count=tally.c.count + 1))


def _note(connection: Connection, registration_id: int, by: str, what: str, now: datetime, note: bytes | None = None) -> None:
    connection.execute(insert(registration_history), {"registration_id": registration_id, "at": now, "by": by, "what": what, "note": note})


def answers_of(vault: Vault, found: Row[Any]) -> dict[str, Answer] | None:
    """The answers of a registration; None once it was withdrawn."""
    return msgspec.json.decode(vault.open(found.answers), type=dict[str, Answer]) if found.answers is not None else None


# --- what the person does ---------------------------------------------------------------------------


def withdraw(connection: Connection, found: Row[Any], now: datetime) -> None:
    """The consent is over and the answers are erased at once; the code and its status stay."""
    values = {"status": "withdrawn", "answers": None, "phone": "", "origin": "", "residence": "", "subject": "", "changed_at": now}
    connection.execute(update(registration).where(registration.c.id == found.id).values(values))
    connection.execute(update(registration_history).where(registration_history.c.registration_id == found.id).values(note=None))
    connection.execute(update(referral).where(referral.c.registration_id == found.id).values(note=None))
    _end_consents(connection, found.id, now)
    _note(connection, found.id, "person", "withdrawn", now)


def set_contact(connection: Connection, found: Row[Any], *, text: str | None, language: Language, channel: str, now: datetime) -> None:
    """With a `text` agreed to, the person may be contacted about this registration; without one no longer."""
    _end_consents(connection, found.id, now, CONTACT)
    if text is not None:
        _agree(connection, found.id, Consent(CONTACT, text, language), channel, now)


# --- what the office does ---------------------------------------------------------------------------


def open_one(connection: Connection, vault: Vault, code: str, *, by: str, now: datetime) -> Row[Any]:
    """The registration for staff to read, and a line in the audit log. Raises RegistrationError for an unknown code."""
    found = reads.by_code(connection, code)
    if found is None:
        raise RegistrationError(f"there is no registration {code}; `prag registrations list` shows them")
    audit.note(connection, who=by, verb="registration read", about=audit.blind(vault, code), now=now, detail=found.form)
    return found


def set_status(
    connection: Connection, vault: Vault, texts: Texts, *, code: str, status: str, by: str, now: datetime, zone: ZoneInfo, reason: str = ""
) -> outgoing.Queued | outgoing.Skipped | None:
    """The status is set, noted and audited, and the person told discreetly where they allowed it, outside the quiet hours
    of `zone`; None if they did not.

    Raises RegistrationError for an unknown code or status, a refusal without a reason, or a withdrawn registration.
    """
    if status not in STATUSES[:-1]:
        raise RegistrationError(f"“{status}” is no status staff set; use one of {', '.join(STATUSES[:-1])}")
    if status == "declined" and not reason.strip():
        raise RegistrationError("declining needs a reason the person can read; give one with --reason")
    found = _workable(connection, code)
    connection.execute(update(registration).where(registration.c.id == found.id).values(status=status, changed_at=now))
    _note(connection, found.id, by, status, now, vault.seal(reason) if reason.strip() else None)
    audit.note(connection, who=by, verb="registration status", about=audit.blind(vault, code), now=now, detail=status)
    return _tell(connection, texts, found, now, office_of(connection).quiet.over(now, zone))


def _workable(connection: Connection, code: str) -> Row[Any]:
    found = reads.by_code(connection, code)
    if found is None:
        raise RegistrationError(f"there is no registration {code}; `prag registrations list` shows them")
    if found.status == "withdrawn":
        raise RegistrationError(f"registration {code} was withdrawn by the person; nothing more may be done with it")
    return found


def _tell(connection: Connection, texts: Texts, found: Row[Any], now: datetime, due: datetime) -> outgoing.Queued | outgoing.Skipped | None:
    """A message that tells a bystander nothing: the code and a button."""
    if found.person_id is None or not reads.may_contact(connection, found.id):
        return None
    place = last_spoken(connection, found.person_id, found.address_id)
    if place is None:
        return outgoing.Skipped("gone")
    language: Language = connection.execute(select(person.c.language).where(person.c.id == found.person_id)).scalar_one()
    words = texts[language]
    text = words("status-news", {"code": f"{found.code[:3]} {found.code[3:]}"})
    message = Outgoing(text, language, (Button(words("status-open"), f"reg_{found.code}"),))
    return outgoing.notify(connection, place, message, now, lane="reminder", despite_stop=True, due=due)


def refer(connection: Connection, vault: Vault, *, code: str, to: str, by: str, now: datetime, note: str = "") -> bool:
    """The step is recorded and audited; gives whether the person agreed to be passed on.

    Raises RegistrationError for an unknown or withdrawn registration.
    """
    found = _workable(connection, code)
    values = {"registration_id": found.id, "to": to[:120], "at": now, "by": by, "note": vault.seal(note) if note else None}
    connection.execute(insert(referral), values)
    _note(connection, found.id, by, "referred", now)
    audit.note(connection, who=by, verb="registration referred", about=audit.blind(vault, code), now=now, detail=found.form)
    return any(row.purpose == "share" and row.withdrawn_at is None for row in reads.consents(connection, found.id))
