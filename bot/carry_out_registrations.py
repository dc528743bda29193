"""Carrying out what a turn decided about forms, registrations and a person's rights: each effect calls one action."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from bot import clock
from bot.actions import conversations, erasure, files, linking, outgoing, people, registrations
from bot.actions.people import Met
from bot.actions.registrations import Application, Consent, Exists, Kept, Shut
from bot.dialogue import registration_effects as r
from bot.dialogue.draft import Agreed, Draft
from bot.dialogue.form_wording import CONTACT, consent_text
from bot.dialogue.state import StateError, from_json, to_json
from bot.documents import my_data
from bot.library import Library
from bot.messages import Language, Outgoing
from bot.store import registration_reads as reads
from bot.store.sealing import SealError, Vault
from bot.store.tables import address, conversation
from bot.texts import Texts

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happens: the turn's transaction, the content, the person in the language they speak now, and when."""

    connection: Connection
    vault: Vault
    texts: Texts
    library: Library
    met: Met
    channel: str
    language: Language
    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return clock.local_day(self.now, self.zone)


def carry_out(effect: r.FormEffect | r.RightsEffect, here: Place) -> r.FormOutcome | r.RightsOutcome | None:
    """The effect has happened, as far as the transaction commits; its outcome, where it has one."""
    return _carry_out_form(effect, here) if isinstance(effect, r.FormEffect) else _carry_out_right(effect, here)


def _carry_out_form(effect: r.FormEffect, here: Place) -> r.FormOutcome | r.LinkLocked:
    match effect:
        case r.OpenForm(form=form):
            return _open(here, form)
        case r.Register():
            return _register(here, effect)
        case r.ListMine():
            return r.Mine(tuple(_row(here, row) for row in reads.of_person(here.connection, here.met.person_id)))
        case r.Look(code=code, change=change):
            return _look(here, code, change=change)
        case r.Withdraw(code=code):
            return _withdraw(here, code)
        case r.SetContact(code=code, wanted=wanted):
            return _set_contact(here, code, wanted=wanted)
        case _:
            assert_never(effect)


def _carry_out_right(effect: r.RightsEffect, here: Place) -> r.RightsOutcome | None:
    connection, person = here.connection, here.met.person_id
    match effect:
        case r.GiveData(links=links):
            return _give_data(here, links=links)
        case r.Forget():
            erasure.forget(connection, here.vault, person, reason="asked", now=here.now)
        case r.MakeLinkCode():
            return r.LinkCode(linking.make(connection, here.vault, person, here.now), int(linking.LASTS.total_seconds()) // MINUTE)
        case r.RedeemCode(code=code):
            return _redeem(here, code)
        case r.Unlink():
            linking.part(connection, here.met.address_id, here.now)
        case _:
            assert_never(effect)
    return None


# --- forms --------------------------------------------------------------------------------------------


def _open(here: Place, name: str) -> r.Opened:
    form = here.library.forms[name]
    subject = registrations.subject_of(here.vault, form, {}, family=False)
    existing = reads.running(here.connection, here.met.person_id, name, subject) if subject else None
    opened = registrations.is_open(here.connection, form, here.today)
    return r.Opened(opened, existing or "", _take_over(here, name) if opened else None)


def _take_over(here: Place, form: str) -> Draft | None:
    """What this person began in the same form at another address of theirs; it is there no longer."""
    people.hold(here.connection, here.met.person_id)
    # Read under a lock: an answer that is being accepted there now is waited for, not written over.
    rows = here.connection.execute(
        select(conversation)
        .select_from(conversation.join(address))
        .where(address.c.person_id == here.met.person_id, address.c.id != here.met.address_id, conversation.c.private.is_not(None))
        .order_by(conversation.c.address_id)
        .with_for_update(of=conversation)
    ).all()
    for row in rows:
        try:
            state = from_json(row.state, here.vault.open(row.private))
        except (StateError, SealError):
            continue
        if state.draft and state.draft.form == form:
            kept, private = to_json(replace(state, draft=None, step="search"))
            conversations.keep_state(here.connection, row.address_id, kept, here.vault.seal(private) if private else None, new=False)
            return state.draft
    return None


def _register(here: Place, effect: r.Register) -> r.Registered | r.AlreadyRegistered | r.FormShut:
    form = here.library.forms[effect.form]
    consents = tuple(
        Consent(purpose, consent_text(form, purpose, here.library, here.texts[shown.language]), shown.language)
        for purpose, shown in effect.agreed.items()
    )
    sent = Application(form, effect.whom == "family", effect.answers, consents, here.language, here.channel, effect.changing)
    result = registrations.register(
        here.connection, here.vault, sent, person_id=here.met.person_id, address_id=here.met.address_id, now=here.now, today=here.today
    )
    match result:
        case Kept(code=code, changed=changed):
            return r.Registered(code, changed)
        case Exists(code=code):
            return r.AlreadyRegistered(code)
        case Shut():
            return r.FormShut()


def _within_reach(here: Place, code: str) -> Row[Any] | r.NotYours | r.LinkLocked:
    """The registration with this code that is the person's, or nobody's. Guessing codes locks as it does for linking."""
    connection, person = here.connection, here.met.person_id
    own = reads.by_code(connection, code, person)
    if own is not None:
        return own
    wait = linking.locked(connection, person, here.now)
    if wait:
        return r.LinkLocked(_minutes(wait))
    found = reads.nameless(connection, code)
    if found is None:
        linking.note_wrong(connection, person, here.now)
        return r.NotYours()
    return found


def _look(here: Place, code: str, *, change: bool) -> r.Looked | r.NotYours | r.LinkLocked:
    found = _within_reach(here, code)
    return _looked(here, found, change=change and found.status != "withdrawn") if isinstance(found, Row) else found


def _withdraw(here: Place, code: str) -> r.Withdrawn | r.NotYours | r.LinkLocked:
    found = _within_reach(here, code)
    if not isinstance(found, Row):
        return found
    registrations.withdraw(here.connection, found, here.now)
    return r.Withdrawn(code)


def _row(here: Place, found: Row[tuple[object, ...]]) -> r.MyRow:
    return r.MyRow(found.code, found.form, found.status, clock.local_day(found.changed_at, here.zone), found.family)


def _looked(here: Place, found: Row[Any], *, change: bool = False) -> r.Looked:
    nameless = found.person_id is None
    form = here.library.forms.get(found.form)
    reasons = [one.note for one in reads.history(here.connection, found.id) if one.what == found.status and one.note]
    return r.Looked(
        code=found.code,
        form=found.form,
        status=found.status,
        on=clock.local_day(found.changed_at, here.zone),
        whom="family" if found.family else "self",
        # A code may be seen by others, on paper or on a shared telephone: it shows how things stand, not what was written.
        answers=None if nameless else registrations.answers_of(here.vault, found),
        contact=reads.may_contact(here.connection, found.id),
        reason=here.vault.open(reasons[-1]) if reasons else "",
        change=change and not nameless,
        nameless=nameless,
        agreed={
            one.purpose: Agreed(one.language, one.hash) for one in reads.consents(here.connection, found.id) if one.withdrawn_at is None
        },
        closed=form is not None and found.status in reads.OVER and not registrations.is_open(here.connection, form, here.today),
        outdated=form is not None and form.hash != found.form_hash,
    )


def _set_contact(here: Place, code: str, *, wanted: bool) -> r.Looked | r.NotYours:
    found = reads.by_code(here.connection, code, here.met.person_id)
    if found is None or found.status == "withdrawn" or found.form not in here.library.forms:
        return r.NotYours()
    text = consent_text(here.library.forms[found.form], CONTACT, here.library, here.texts[here.language]) if wanted else None
    registrations.set_contact(here.connection, found, text=text, language=here.language, channel=here.channel, now=here.now)
    return _looked(here, found)


# --- rights -------------------------------------------------------------------------------------------


def _give_data(here: Place, *, links: bool) -> r.DataGiven:
    made = clock.local(here.now, here.zone)
    words = here.texts[here.language]
    both = my_data.files(here.connection, here.vault, here.library, words, here.met.person_id, made)
    if links:
        page, data = (files.offer(here.connection, here.vault, here.met.address_id, one, here.now) for one in both)
        return r.DataGiven(page, data)
    for one in both:
        message = Outgoing(one.name, here.language, attachment=one)
        row = outgoing.reply(here.connection, here.met.address_id, here.channel, message, here.now, sensitive=here.vault)
        files.attach(here.connection, here.vault, here.met.address_id, row, one, here.now)
    return r.DataGiven()


def _redeem(here: Place, code: str) -> r.Linked | r.NotLinked | r.LinkLocked:
    match linking.redeem(here.connection, here.vault, here.met.person_id, code, here.now):
        case linking.Joined():
            return r.Linked()
        case linking.Wrong():
            return r.NotLinked()
        case linking.Locked(wait=wait):
            return r.LinkLocked(_minutes(wait))


def _minutes(wait: timedelta) -> int:
    return max(1, -int(-wait.total_seconds() // MINUTE))
