"""Queries about registrations, their consents and the open forms. Nothing is written; answers come out sealed."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from bot.store.tables import consent, person, referral, registration, registration_history, setting, tally

OVER: Final = ("withdrawn", "declined", "done")  # statuses after which the same person may sign up again


def form_setting(connection: Connection, form: str) -> str | None:
    """What staff decided: `open` or `closed`; None when the form's own dates decide."""
    return connection.execute(select(setting.c.value).where(setting.c.name == f"form.{form}")).scalar()


def running(connection: Connection, person_id: int, form: str, subject: str) -> str | None:
    """The code of this person's registration for the same form and the same subject that is not over."""
    return connection.execute(
        select(registration.c.code)
        .where(registration.c.person_id == person_id, registration.c.form == form, registration.c.subject == subject)
        .where(registration.c.status.not_in(OVER))
    ).scalar()


def of_person(connection: Connection, person_id: int) -> Sequence[Row[Any]]:
    """Everything this person signed up for, the newest first."""
    return connection.execute(select(registration).where(registration.c.person_id == person_id).order_by(registration.c.id.desc())).all()


def by_code(connection: Connection, code: str, person_id: int | None = None) -> Row[Any] | None:
    """The registration with this code; only this person's, if one is given."""
    statement = select(registration).where(registration.c.code == code)
    return connection.execute(statement.where(registration.c.person_id == person_id) if person_id is not None else statement).first()


def nameless(connection: Connection, code: str) -> Row[Any] | None:
    """The registration with this code if it was sent without a name: whoever has the code may look at it."""
    return connection.execute(select(registration).where(registration.c.code == code, registration.c.person_id.is_(None))).first()


def listing(connection: Connection, *, forms: Sequence[str], status: str = "") -> Sequence[Row[Any]]:
    """The registrations for these forms, the oldest first; of one status, if asked for."""
    statement = (
        select(registration, person.c.code.label("person_code"))
        .select_from(registration.outerjoin(person))
        .where(registration.c.form.in_(forms))
    )
    return connection.execute((statement.where(registration.c.status == status) if status else statement).order_by(registration.c.id)).all()


def forms_beyond(connection: Connection, known: Iterable[str]) -> Sequence[str]:
    """The forms with registrations that are not among those known: they were taken away."""
    statement = select(registration.c.form).where(registration.c.form.not_in(list(known))).distinct().order_by(registration.c.form)
    return connection.execute(statement).scalars().all()


def same_phone(connection: Connection, found: Row[Any]) -> Sequence[str]:
    """Codes of other registrations for the same form with the same telephone."""
    if not found.phone:
        return ()
    return connection.execute(
        select(registration.c.code).where(
            registration.c.phone == found.phone, registration.c.form == found.form, registration.c.id != found.id
        )
    ).scalars().all()  # fmt: skip


def consents(connection: Connection, registration_id: int) -> Sequence[Row[Any]]:
    """Every consent given for a registration, withdrawn ones too, the oldest first."""
    return connection.execute(select(consent).where(consent.c.registration_id == registration_id).order_by(consent.c.id)).all()


def may_contact(connection: Connection, registration_id: int) -> bool:
    """Whether the consent to be contacted holds now."""
    return any(row.purpose == "contact" and row.withdrawn_at is None for row in consents(connection, registration_id))


def history(connection: Connection, registration_id: int) -> Sequence[Row[Any]]:
    """Every change, the oldest first."""
    return connection.execute(
        select(registration_history).where(registration_history.c.registration_id == registration_id).order_by(registration_history.c.id)
    ).all()


def referrals(connection: Connection, registration_id: int) -> Sequence[Row[Any]]:
    """Where a registration was passed on to, the oldest first."""
    return connection.execute(select(referral).where(referral.c.registration_id == registration_id).order_by(referral.c.id)).all()


def tallies(connection: Connection) -> Sequence[Any]:
    """The counts of registrations as they came in."""
    key = (tally.c.month, tally.c.form, tally.c.municipality, tally.c.language, tally.c.category)
    return connection.execute(select(*key, tally.c.count.label("number")).order_by(*key)).all()
