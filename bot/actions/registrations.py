"""Registrations: kept with their consents, changed, withdrawn, worked on, passed on."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from bot.actions import audit, erasure, outgoing
from bot.actions.codes import new_code
from bot.errors import PlainError
from bot.forms import Answer, Form
from bot.languages import fold
from bot.messages import Button, Language, Outgoing
from bot.store import registration_reads as reads
from bot.store.database import insert_new
from bot.store.sealing import Vault
from bot.store.tables import (
    address,
    consent,
    consent_text,
    person,
    referral,
    registration,
    registration_history,
    setting,
    tally,
)
from bot.store.tables import outgoing as outgoing_table
from bot.texts import Texts

STATUSES: Final = ("received", "in-progress", "waiting", "accepted", "declined", "done", "withdrawn")
CONTACT: Final = "contact"
Answers = Mapping[str, Answer]


class RegistrationError(PlainError):
    """This cannot be done with the registration; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody sends off. `consents`: purpose and the exact text agreed to. `changing`: the code it replaces."""

    form: Form
    family: bool
    answers: Answers
    consents: tuple[tuple[str, str], ...]
    language: Language
    channel: str
    changing: str = ""

    @property
    def anonymous(self) -> bool:
        field = self.form.head.anonymous
        return bool(field) and self.answers.get(field) == "yes"


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
    return vault.hash("subject", form.id, fold(str(answers.get("name", ""))) if family else "self")


def register(
    connection: Connection, vault: Vault, sent: Application, *, person_id: int, address_id: int, now: datetime, today: date
) -> Kept | Exists | Shut:
    """The answers are kept with their consents and counted; or nothing is, and why."""
    if sent.changing:
        found = reads.by_code(connection, sent.changing, person_id)
        if found is not None and found.status != "withdrawn":
            _replace(connection, vault, found, sent, now)
            return Kept(found.code, changed=True)
    if not is_open(connection, sent.form, today):
        return Shut()
    subject = subject_of(vault, sent.form, sent.answers, family=sent.family)
    there = reads.running(connection, person_id, sent.form.id, subject) if subject else None
    if there is not None:
        return Exists(there)
    code = new_code()
    whose = (None, None) if sent.anonymous else (person_id, address_id)
    values = _content(vault, sent, now) | {
        "code": code, "person_id": whose[0], "address_id": whose[1], "form": sent.form.id, "family": sent.family,
        "subject": subject, "status": "received", "created_at": now,
    }  # fmt: skip
    row = connection.execute(insert(registration).returning(registration.c.id), values).scalar_one()
    _note(connection, row, "person", "received", now)
    _consent(connection, row, sent, now)
    _count(connection, sent, today)
    return Kept(code)


def _content(vault: Vault, sent: Application, now: datetime) -> dict[str, Any]:
    phone = sent.answers.get("phone")
    return {
        "answers": vault.seal(msgspec.json.encode(dict(sent.answers)).decode()),
        "phone": vault.hash("phone", str(phone)) if phone else "",
        "origin": str(sent.answers.get("origin") or ""),
        "residence": str(sent.answers.get("residence") or ""),
        "form_hash": sent.form.hash,
        "language": sent.language,
        "changed_at": now,
    }


def _replace(connection: Connection, vault: Vault, found: Row[Any], sent: Application, now: datetime) -> None:
    subject = subject_of(vault, sent.form, sent.answers, family=found.family)
    connection.execute(update(registration).where(registration.c.id == found.id).values(subject=subject, **_content(vault, sent, now)))
    _end_consents(connection, found.id, now)
    _consent(connection, found.id, sent, now)
    _note(connection, found.id, "person", "changed", now)


def _consent(connection: Connection, registration_id: int, sent: Application, now: datetime) -> None:
    """Each consent with the exact text that was shown; the text itself is kept once."""
    for purpose, text in sent.consents:
        _agree(connection, registration_id, purpose, text, sent.language, sent.channel, now)


def _agree(connection: Connection, registration_id: int, purpose: str, text: str, language: Language, channel: str, now: datetime) -> None:
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    insert_new(connection, consent_text, {"hash": name, "language": language, "text": text, "first_at": now})
    connection.execute(
        insert(consent),
        {"registration_id": registration_id, "purpose": purpose, "hash": name, "language": language, "channel": channel, "given_at": now},
    )


def _end_consents(connection: Connection, registration_id: int, now: datetime, purpose: str | None = None) -> None:
    ended = update(consent).where(consent.c.registration_id == registration_id, consent.c.withdrawn_at.is_(None))
    connection.execute((ended.where(consent.c.purpose == purpose) if purpose else ended).values(withdrawn_at=now))


def _count(connection: Connection, sent: Application, today: date) -> None:
    key = {
        "month": f"{today:%Y-%m}",
        "form": sent.form.id,
        "municipality": str(sent.answers.get("target") or sent.answers.get("origin") or ""),
        "language": sent.language,
        "category": str(sent.answers.get("category") or ""),
    }
    if not insert_new(connection, tally, key | {"count": 1}):
        connection.execute(update(tally).where(*(tally.c[name] == value for name, value in key.items())).values(count=tally.c.count + 1))


def _note(connection: Connection, registration_id: int, by: str, what: str, now: datetime, note: bytes | None = None) -> None:
    connection.execute(insert(registration_history), {"registration_id": registration_id, "at": now, "by": by, "what": what, "note": note})


def answers_of(vault: Vault, found: Row[Any]) -> dict[str, Answer] | None:
    """The answers of a registration; None once it was withdrawn."""
    return msgspec.json.decode(vault.open(found.answers), type=dict[str, Answer]) if found.answers is not None else None


# --- what the person does ---------------------------------------------------------------------------


def withdraw(connection: Connection, vault: Vault, found: Row[Any], now: datetime) -> None:
    """The consent is over and the answers are erased at once; the code and its status stay. No restored backup undoes it."""
    values = {"status": "withdrawn", "answers": None, "phone": "", "origin": "", "residence": "", "subject": "", "changed_at": now}
    connection.execute(update(registration).where(registration.c.id == found.id).values(values))
    connection.execute(update(registration_history).where(registration_history.c.registration_id == found.id).values(note=None))
    connection.execute(update(referral).where(referral.c.registration_id == found.id).values(note=None))
    _end_consents(connection, found.id, now)
    _note(connection, found.id, "person", "withdrawn", now)
    erasure.prove(connection, _withdrawal(vault, found.code), reason="withdrawn", now=now)


def withdraw_again(connection: Connection, vault: Vault, keys: frozenset[str], now: datetime) -> int:
    """What was withdrawn before is withdrawn again (after a backup was restored); gives how much."""
    running = connection.execute(select(registration).where(registration.c.status != "withdrawn")).all()
    found = [row for row in running if _withdrawal(vault, row.code) in keys]
    for row in found:
        withdraw(connection, vault, row, now)
    return len(found)


def _withdrawal(vault: Vault, code: str) -> str:
    return vault.hash("withdrawal", code)


def set_contact(connection: Connection, found: Row[Any], *, text: str | None, language: Language, channel: str, now: datetime) -> None:
    """With a `text` agreed to, the person may be contacted about this registration; without one no longer."""
    _end_consents(connection, found.id, now, CONTACT)
    if text is not None:
        _agree(connection, found.id, CONTACT, text, language, channel, now)


# --- what the office does ---------------------------------------------------------------------------


def open_one(connection: Connection, vault: Vault, code: str, *, by: str, now: datetime) -> Row[Any]:
    """The registration for staff to read, and a line in the audit log. Raises RegistrationError for an unknown code."""
    found = reads.by_code(connection, code)
    if found is None:
        raise RegistrationError(f"there is no registration {code}; `prag registrations list` shows them")
    audit.note(connection, who=by, verb="registration read", about=audit.blind(vault, code), now=now, detail=found.form)
    return found


def set_status(
    connection: Connection, vault: Vault, texts: Texts, *, code: str, status: str, by: str, now: datetime, reason: str = ""
) -> outgoing.Queued | outgoing.Skipped | None:
    """The status is set, noted and audited, and the person told discreetly where they allowed it; None if they did not.

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
    return _tell(connection, texts, found, now)


def _workable(connection: Connection, code: str) -> Row[Any]:
    found = reads.by_code(connection, code)
    if found is None:
        raise RegistrationError(f"there is no registration {code}; `prag registrations list` shows them")
    if found.status == "withdrawn":
        raise RegistrationError(f"registration {code} was withdrawn by the person; nothing more may be done with it")
    return found


def _tell(connection: Connection, texts: Texts, found: Row[Any], now: datetime) -> outgoing.Queued | outgoing.Skipped | None:
    """A message that tells a bystander nothing: the code and a button."""
    if found.person_id is None or not reads.may_contact(connection, found.id):
        return None
    place = _where(connection, found)
    if place is None:
        return outgoing.Skipped("gone")
    language: Language = connection.execute(select(person.c.language).where(person.c.id == found.person_id)).scalar_one()
    words = texts[language]
    text = words("status-news", {"code": f"{found.code[:3]} {found.code[3:]}"})
    message = Outgoing(text, language, (Button(words("status-open"), f"reg_{found.code}"),))
    return outgoing.notify(connection, place, message, now, lane="reminder", despite_stop=True)


def _where(connection: Connection, found: Row[Any]) -> int | None:
    """The address of the person where we last spoke, else where they signed up."""
    last: int | None = connection.execute(
        select(address.c.id)
        .select_from(address.outerjoin(outgoing_table))
        .where(address.c.person_id == found.person_id)
        .order_by(outgoing_table.c.id.desc().nulls_last())
        .limit(1)
    ).scalar()
    return last if last is not None else found.address_id


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
