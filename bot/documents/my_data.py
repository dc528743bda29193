"""Everything the ledger holds about one person, as a page to read and as JSON."""

import html
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, LargeBinary, Row, Table, select

from bot import gathering_words as gw
from bot.answers import told
from bot.forms import Answer
from bot.library import Library
from bot.messages import Attachment
from bot.store import gathering_reads
from bot.store import registration_reads as reads
from bot.store.envelope import disclose
from bot.store.sealing import Vault
from bot.store.tables import (
    address,
    consent,
    consent_text,
    follow,
    metadata,
    outgoing,
    party,
    person,
    question,
    registration,
)
from bot.texts import Words

# Keyed hashes and half-written conversations of the machinery itself: they tell a person nothing.
_LEFT_OUT: Final = frozenset({"file", "former_code", "link_code", "link_failure"})
_STYLE: Final = "body{font:1.1em/1.5 sans-serif;max-width:44em;margin:2em auto;padding:0 1em}h2{margin-top:2em}dt{font-weight:bold}"


def files(
    connection: Connection, vault: Vault, library: Library, words: Words, person_id: int, made: datetime
) -> tuple[Attachment, Attachment]:
    """The page and the JSON of everything that is kept about this person. `made`: local time."""
    rows = everything(connection, vault, person_id)
    data = msgspec.json.format(msgspec.json.encode({"made": made.isoformat(timespec="minutes"), "tables": rows}), indent=2)
    page = _page(connection, vault, library, words, person_id, made)
    return (
        Attachment("prag.html", "text/html; charset=utf-8", page.encode()),
        Attachment("prag.json", "application/json", data),
    )


def everything(connection: Connection, vault: Vault, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Every row that hangs on this person, by table, sealed values opened."""
    found = {}
    for table in metadata.sorted_tables:
        rows = connection.execute(_rows_of(table, person_id)).all() if table.name not in _LEFT_OUT and _reaches(table) else []
        if rows:
            found[table.name] = [_opened(table, row, vault) for row in rows]
    return found


def _reaches(table: Table) -> bool:
    return table is person or bool({"person_id", "address_id", "registration_id", "party_id"} & set(table.c.keys()))


def _rows_of(table: Table, person_id: int) -> Any:
    places = select(address.c.id).where(address.c.person_id == person_id)
    signed = select(registration.c.id).where(registration.c.person_id == person_id)
    if table is person:
        return select(table).where(table.c.id == person_id)
    if "person_id" in table.c:
        return select(table).where(table.c.person_id == person_id)
    if "registration_id" in table.c:
        return select(table).where(table.c.registration_id.in_(signed))
    if "party_id" in table.c:
        return select(table).where(table.c.party_id.in_(select(party.c.id).where(party.c.person_id == person_id)))
    return select(table).where(table.c.address_id.in_(places))


def _opened(table: Table, row: Row[Any], vault: Vault) -> dict[str, Any]:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return {
        column.name: vault.open(values[column.name])
        if isinstance(column.type, LargeBinary) and values[column.name]
        else values[column.name]
        for column in table.columns
    }


# --- the page ---------------------------------------------------------------------------------------


def _page(connection: Connection, vault: Vault, library: Library, words: Words, person_id: int, made: datetime) -> str:
    who = connection.execute(select(person).where(person.c.id == person_id)).one()
    channels = connection.execute(select(address.c.channel).where(address.c.person_id == person_id)).scalars().all()
    facts = [
        (words("data-page-code"), who.code),
        (words("data-page-language"), words(f"language-offer-{who.language}")),
        (words("data-page-since"), words.day(who.created_at.astimezone(made.tzinfo).date())),
        (words("data-page-addresses"), ", ".join(channels)),
    ]
    parts = [
        f"<h1>{_e(words('data-page-title'))}</h1><p>{_e(words.moment(made))}</p>",
        _section(words("data-page-person"), [_facts(facts)], words),
        _section(
            words("data-page-registrations"),
            [_registration(connection, vault, library, words, row) for row in reads.of_person(connection, person_id)],
            words,
        ),
        _section(words("data-page-gatherings"), _gatherings(connection, vault, words, person_id), words),
        _section(words("data-page-follows"), _follows(connection, library, words, person_id), words),
        _section(words("data-page-questions"), _questions(connection, vault, person_id), words),
        _section(words("data-page-messages"), _messages(connection, vault, person_id), words),
    ]
    head = f'<!doctype html><html lang="{words.language}"><meta charset="utf-8"><title>{_e(words("data-page-title"))}</title><style>{_STYLE}</style>'
    return head + "".join(parts) + "</html>"


def _section(title: str, entries: Sequence[str], words: Words) -> str:
    return f"<h2>{_e(title)}</h2>" + ("".join(entries) or f"<p>{_e(words('data-page-nothing'))}</p>")


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{_e(name)}</dt><dd>{_e(value)}</dd>" for name, value in facts) + "</dl>"


def _registration(connection: Connection, vault: Vault, library: Library, words: Words, row: Row[Any]) -> str:
    form = library.forms.get(row.form)
    title = form.title(words.language) if form else row.form
    facts = [(words("mine-status", {"status": words(f"status-{row.status}"), "day": words.day(row.changed_at.date())}), "")]
    if form and row.answers is not None:
        answers: dict[str, Answer] = msgspec.json.decode(vault.open(row.answers), type=dict[str, Answer])
        prompts = form.words[words.language].prompts
        facts += [(prompts[f.id].label, told(form, f, answers[f.id], library, words)) for f in form.fields if f.id in answers]
    agreed = "".join(f"<li>{_consent(one, words)}</li>" for one in _consents(connection, row.id))
    return f"<h3>{_e(title)} · {_e(row.code)}</h3>{_facts(facts)}<p>{_e(words('data-page-consents'))}:</p><ul>{agreed}</ul>"


def _consents(connection: Connection, registration_id: int) -> Sequence[Row[Any]]:
    statement = select(consent, consent_text.c.text).select_from(consent.join(consent_text))
    return connection.execute(statement.where(consent.c.registration_id == registration_id).order_by(consent.c.id)).all()


def _consent(one: Row[Any], words: Words) -> str:
    given = f"{words('data-page-given')}: {words.day(one.given_at.date())}"
    ended = f"; {words('data-page-withdrawn')}: {words.day(one.withdrawn_at.date())}" if one.withdrawn_at else ""
    return f"“{_e(one.text)}” ({_e(given + ended)})"


def _gatherings(connection: Connection, vault: Vault, words: Words, person_id: int) -> list[str]:
    rows = connection.execute(select(party).where(party.c.person_id == person_id).order_by(party.c.id)).all()
    return [_party(connection, vault, words, row) for row in rows]


def _party(connection: Connection, vault: Vault, words: Words, row: Row[Any]) -> str:
    found = gathering_reads.find(connection, row.gathering_id)
    own = gathering_reads.mine(connection, row.gathering_id, row.person_id)
    assert found is not None  # a party goes with its gathering
    assert own is not None
    facts = [(gw.when(words, found), gw.standing(words, found, own))]
    facts += [(words(f"data-page-{name}"), vault.open(sealed)) for name, sealed in (("names", row.names), ("phone", row.phone)) if sealed]
    facts += [] if row.attended is None else [(words("data-page-came"), words.number(row.attended))]
    facts += [(words("data-page-opinions"), "\n".join(words(f"opinion-{name}") for name in row.opinions.split()))] if row.opinions else []
    return f"<h3>{_e(found[words.language].title)} · {_e(row.code)}</h3>{_facts(facts)}"


def _follows(connection: Connection, library: Library, words: Words, person_id: int) -> list[str]:
    rows = connection.execute(select(follow.c.about, follow.c.name).where(follow.c.person_id == person_id).order_by(follow.c.since)).all()
    return [f"<p>{_e(gw.name_of(words, library, row.about, row.name) or row.name)}</p>" for row in rows]


def _questions(connection: Connection, vault: Vault, person_id: int) -> list[str]:
    rows = connection.execute(select(question).where(question.c.person_id == person_id).order_by(question.c.id)).all()
    return [
        f"<p><b>{_e(row.code)}</b> {_e(vault.open(row.text))}</p>" + (f"<p>{_e(vault.open(row.answer))}</p>" if row.answer else "")
        for row in rows
    ]


def _messages(connection: Connection, vault: Vault, person_id: int) -> list[str]:
    rows = connection.execute(
        select(outgoing.c.text, outgoing.c.sealed, outgoing.c.created_at)
        .select_from(outgoing.join(address))
        .where(address.c.person_id == person_id, outgoing.c.text.is_not(None))
        .order_by(outgoing.c.id)
    )
    texts = ((row.created_at, disclose(vault, row.sealed).text if row.sealed else row.text) for row in rows)
    return [f"<p><small>{at:%Y-%m-%d %H:%M} UTC</small><br>{_e(text)}</p>" for at, text in texts]


def _e(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
