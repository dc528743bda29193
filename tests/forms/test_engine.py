"""The form engine under random walks: whatever is pressed or typed, and reloaded at every step, no answer is lost or made up."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from bot.dialogue import registration_effects as r
from bot.dialogue.draft import Draft, applicable, first_open, fits
from bot.dialogue.draft import given as counted
from bot.dialogue.effects import AskStaff, Effect, Say
from bot.dialogue.state import State, from_json, to_json
from bot.dialogue.turn import advance, spoken
from bot.dialogue.world import Person, World
from bot.forms import Form
from bot.languages import fold
from bot.library import Library
from bot.messages import Incoming
from bot.search import Index
from bot.texts import Texts

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TYPED = (
    "Милица Јовановић", "064 123 4567", "049/123-456", "3", "12a", "300", "30.2.2026", "15.3.2027", "1850-01-01", "2.2.2020", "Djakovca", "Peć",
    "Gjakovë", "41, 38, 12, 7", "да", "ne", "nazad", "preskoči", "kasnije", "odustani", "gotovo", "meni", "0101990710006 je moj broj",
    "x" * 10_000, "😀", "kuća gori, upomoć", "šta je ovo?", "1", "2", "hvala", "", "vikendom", "za mene", "moji podaci",
)  # fmt: skip
STALE = (
    "pick_go-and-see_days_any", "pick_training_time_morning", "pick_grant_land_own", "formedit_people", "formedit_name", "formback", "formskip", "formkeep",
    "formdone", "formsend", "formagree_yes", "formcontact_no", "formresume", "formgo_go-and-see", "formfor_self", "formover_K7M2Q4A", "menu", "staff_new",
    "pick_go-and-see_origin_gjakova", "pick_return-help_household_60", "pick_return-help_household_care", "formlater", "formcancel", "language_sq",
    "formnew_training", "formnew_grant", "regchange_K7M2Q4A", "formedit_household", "formedit_kind",
)  # fmt: skip


GRANT = r.Register(
    "grant", "self",
    {"for": "farming", "land": "own", "equipment": "traktor", "experience": None, "origin": "peja", "people": 3, "category": None,
     "name": "Marko", "phone": "+38349123456"},
    {},
)  # fmt: skip


@dataclass
class Office:
    """What the ledger would say: one registration there is already, every one sent, and forms that are closed."""

    library: Library
    closed: frozenset[str] = frozenset()
    kept: dict[str, r.Register] = field(default_factory=lambda: {"K7M2Q4A": GRANT})

    def register(self, sent: r.Register) -> r.Registered | r.AlreadyRegistered | r.FormShut:
        if sent.changing:
            there = self.kept[sent.changing]
            assert (there.form, there.whom) == (sent.form, sent.whom), "another registration would have been overwritten"
            self.kept[sent.changing] = sent
            return r.Registered(sent.changing, changed=True)
        if sent.form in self.closed:
            return r.FormShut()
        same = [code for code, there in self.kept.items() if self.subject(there) == self.subject(sent)]
        if same and not self.library.forms[sent.form].head.repeat:
            return r.AlreadyRegistered(same[0])
        code = f"K7M2Q5{len(self.kept)}"
        self.kept[code] = sent
        return r.Registered(code)

    def subject(self, sent: r.Register) -> tuple[str, str, object]:
        return sent.form, sent.whom, sent.answers.get("name") if sent.whom == "family" else ""

    def look(self, code: str, *, change: bool) -> r.Looked:
        there = self.kept[code]
        return r.Looked(code, there.form, "received", NOW.date(), there.whom, there.answers, change=change)


@dataclass
class Walker:
    """A person filling in a form, their state going through JSON after every step."""

    library: Library
    texts: Texts
    index: Index
    state: State = field(default_factory=State)
    offered: tuple[str, ...] = ()
    sent: list[r.Register] = field(default_factory=list)
    office: Office = field(init=False)

    def __post_init__(self) -> None:
        self.office = Office(self.library)

    def do(self, *, text: str = "", choice: str | None = None) -> None:
        kind = "choice" if choice else "text"
        found = self.index.find(text[:500]) if fold(text) else None
        world = World(self.library, self.texts, Person("sr-Latn", language_chosen=True), NOW, ZoneInfo("Europe/Belgrade"), found)
        waiting: list[Incoming | r.FormOutcome | object] = [Incoming("web", "1", "1", kind, NOW, text=text, choice=choice)]
        said: list[Effect] = []
        while waiting:
            turn = advance(self.state, waiting.pop(0), world)  # type: ignore[arg-type]
            self.state = turn.state
            said += turn.effects
            waiting += [self.outcome(effect) for effect in turn.effects if isinstance(effect, r.OpenForm | r.Register | r.Look)]
        self.state = from_json(*to_json(self.state))
        say = spoken([effect for effect in said if isinstance(effect, Say | AskStaff)])
        self.offered = tuple(b.choice for b in say.buttons if b.choice) if say else ()
        assert say is not None or not any(isinstance(effect, Say) for effect in said)

    def outcome(self, effect: Effect) -> object:
        match effect:
            case r.Register():
                self.sent.append(effect)
                return self.office.register(effect)
            case r.Look(code=code, change=change):
                return self.office.look(code, change=change)
            case r.OpenForm(form=form):
                return r.Opened(form not in self.office.closed)

    @property
    def form(self) -> Form:
        assert self.state.draft
        return self.library.forms[self.state.draft.form]


@pytest.fixture
def walker(library: Library, texts: Texts, index: Index) -> Walker:
    return Walker(library, texts, index)


def steps() -> st.SearchStrategy[list[tuple[str, int | str]]]:
    press = st.tuples(st.just("press"), st.integers(0, 30))
    typed = st.tuples(st.just("type"), st.sampled_from(TYPED))
    stale = st.tuples(st.just("stale"), st.sampled_from(STALE))
    return st.lists(st.one_of(press, press, typed, stale), min_size=5, max_size=60)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(begun=st.integers(0, 7), closed=st.sets(st.integers(0, 7), max_size=3), steps=steps())
def test_no_walk_loses_or_invents_an_answer(
    begun: int, closed: set[int], steps: list[tuple[str, int | str]], library: Library, texts: Texts, index: Index
) -> None:
    walker, forms = Walker(library, texts, index), sorted(library.forms)
    walker.office.closed = frozenset(forms[place] for place in closed - {begun})
    walker.do(choice=f"form_{forms[begun]}")
    for how, what in steps:
        before, kept, sent = walker.state.draft, len(walker.office.kept), len(walker.sent)
        done = act(walker, how, what)
        if before is None:
            continue
        if len(walker.sent) > sent:
            check_sent(walker, before, new=len(walker.office.kept) > kept)
        else:
            check(walker, before, walker.state.draft, done)


def act(walker: Walker, how: str, what: int | str) -> str:
    """Do it; gives the button's payload, or the words that were typed."""
    if how == "press" and walker.offered:
        choice = walker.offered[int(what) % len(walker.offered)] if isinstance(what, int) else ""
        walker.do(choice=choice)
        return choice
    if how == "stale":
        walker.do(choice=str(what))
    else:
        walker.do(text=str(what))
    return str(what)


def check_sent(walker: Walker, before: Draft, *, new: bool) -> None:
    """What was sent is what was answered; until the ledger has it, the draft holds it too."""
    sent, form, after = walker.sent[-1], walker.library.forms[before.form], walker.state.draft
    assert sent.answers == counted(form, before)
    assert first_open(form, before) is None
    assert "data" in sent.agreed
    if new or sent.changing:
        assert after is None
    else:
        assert after is not None
        assert (after.form, after.answers) == (before.form, before.answers)


def check(walker: Walker, before: Draft, after: Draft | None, done: str) -> None:
    if after is None:
        assert len(before.answers) < 2 or done.startswith("formdrop"), "what was begun is gone"
    elif after.form != before.form:
        taken = done.startswith("formnew") and done.removeprefix("formnew_") not in walker.office.closed
        assert taken or not before.answers, "a form that cannot be filled in has taken the place of one begun"
    elif after.changing != before.changing and done.startswith("regchange"):
        assert not before.answers, "what was begun is gone"
        assert after.answers == walker.office.kept[after.changing].answers
    else:
        check_answers(walker, before, after, done)
        check_ticks(walker, before, after, done)


def check_answers(walker: Walker, before: Draft, after: Draft, done: str) -> None:
    changed = {
        name for name in before.answers.keys() | after.answers.keys() if before.answers.get(name, "-") != after.answers.get(name, "-")
    }
    assert not before.answers.keys() - after.answers.keys(), "an answer was lost"
    assert changed <= {before.asked}, "an answer nobody was asked for has changed"
    for name in changed:
        asked = walker.library.forms[before.form].field(name)
        assert asked is not None
        assert fits(asked, after.answers[name]), "an answer of the wrong kind was kept"
        if done.startswith("pick_") and asked.kind in ("choice", "consent", "municipality"):
            assert after.answers[name] == done.rsplit("_", 1)[1]
    assert after.stage != "ask" or after.asked in {f.id for f in applicable(walker.form, after.answers)}
    moved = after.changing != before.changing
    assert not moved or done.startswith("formover") or before.asked == "name", "another registration would be replaced"


def check_ticks(walker: Walker, before: Draft, after: Draft, done: str) -> None:
    """What was ticked stays ticked or becomes the answer, unless the person says otherwise."""
    asked = walker.library.forms[before.form].field(before.asked)
    if asked is None or asked.kind not in ("several", "household") or done.startswith(("pick_", "formkeep", "formskip", "preskoči")):
        return
    answered = after.answers.get(asked.id)
    held = after.pending if after.asked == asked.id and after.pending else answered if isinstance(answered, tuple) else ()
    assert not Counter(before.pending) - Counter(held), "something ticked was lost"


def test_a_form_changed_halfway_keeps_every_answer_that_still_fits(walker: Walker) -> None:
    for choice in ("form_go-and-see", "formgo_go-and-see", "formfor_self"):
        walker.do(choice=choice)
    for text in ("Peć", "Novo Selo", "3"):
        walker.do(text=text)
    form = walker.library.forms["go-and-see"]
    fewer = tuple(replace_most(f, 2) if f.id == "people" else f for f in form.fields if f.id != "village")
    changed = replace(form, head=struct_with(form, fewer), hash="another")
    walker.library = replace(walker.library, forms={**walker.library.forms, "go-and-see": changed})
    walker.do(choice="formresume")
    assert walker.state.draft is not None
    assert walker.state.draft.answers == {"origin": "peja"}
    assert walker.state.draft.asked == "people"


def replace_most(asked, most):
    return type(asked)(id=asked.id, kind=asked.kind, least=asked.least, most=most)


def struct_with(form: Form, fields: tuple) -> object:
    head = form.head
    return type(head)(order=head.order, keep_days=head.keep_days, fields=fields)


def test_a_form_taken_away_halfway_says_so_and_offers_a_person(walker: Walker) -> None:
    walker.do(choice="form_training")
    walker.do(choice="formgo_training")
    walker.library = replace(walker.library, forms={})
    walker.do(choice="formfor_self")
    assert "staff" in walker.offered
    assert walker.state.draft is not None


def test_a_draft_in_another_chat_of_the_same_person_is_taken_over_whole(walker: Walker) -> None:
    form = walker.library.forms["training"]
    elsewhere = Draft("training", form.hash, "ask", "self", "field", {"kind": ("vocational",)})
    walker.outcome = lambda _effect: r.Opened(draft=elsewhere)  # type: ignore[method-assign]
    walker.do(choice="form_training")
    assert walker.state.draft == elsewhere


# --- nothing half done is lost ------------------------------------------------------------------------


def filling(walker: Walker, form: str, *typed: str) -> None:
    for choice in (f"form_{form}", f"formgo_{form}", "formfor_self"):
        walker.do(choice=choice)
    for text in typed:
        walker.do(text=text)


def answer(walker: Walker, name: str) -> object:
    assert walker.state.draft
    return walker.state.draft.answers.get(name)


def test_ages_typed_after_members_were_tapped_join_them(walker: Walker) -> None:
    filling(walker, "return-help", "Peć", "preskoči", "vraćam se svojoj kući")
    walker.do(choice="pick_return-help_where_home")
    walker.do(choice="pick_return-help_household_60")
    walker.do(choice="pick_return-help_household_mobility")
    walker.do(text="7")
    assert answer(walker, "household") == ("60:mobility", "7-17")


def test_a_household_tapped_and_typed_is_no_larger_than_the_form_allows(walker: Walker) -> None:
    filling(walker, "return-help", "Peć", "preskoči")
    walker.do(choice="pick_return-help_where_home")
    walker.do(choice="pick_return-help_household_60")
    walker.do(text=" ".join(["30"] * 25))
    assert walker.state.draft
    assert walker.state.draft.pending == ("60",)
    assert answer(walker, "household") is None


def test_an_option_typed_after_others_were_ticked_joins_them(walker: Walker) -> None:
    filling(walker, "training")
    walker.do(choice="pick_training_kind_vocational")
    walker.do(text="3")
    assert answer(walker, "kind") == ("vocational", "mentoring")


@pytest.mark.parametrize("way", ["formback", "formedit_kind"])
def test_what_was_ticked_stays_when_the_question_is_left(walker: Walker, way: str) -> None:
    filling(walker, "training")
    walker.do(choice="pick_training_kind_business")
    walker.do(choice=way)
    assert answer(walker, "kind") == ("business",)


def test_an_old_send_button_leaves_what_is_ticked(walker: Walker) -> None:
    filling(walker, "training")
    walker.do(choice="pick_training_kind_business")
    walker.do(choice="formsend")
    assert walker.state.draft
    assert (walker.state.draft.asked, walker.state.draft.pending) == ("kind", ("business",))


def test_ticks_stay_when_the_form_changes_meanwhile(walker: Walker) -> None:
    filling(walker, "training")
    walker.do(choice="pick_training_kind_business")
    changed = replace(walker.form, hash="another")
    walker.library = replace(walker.library, forms={**walker.library.forms, "training": changed})
    walker.do(choice="formresume")
    assert walker.state.draft
    assert walker.state.draft.pending == ("business",)


def test_a_form_that_is_closed_costs_nothing_of_the_one_begun(walker: Walker) -> None:
    filling(walker, "go-and-see", "Peć")
    before = walker.state.draft
    walker.outcome = lambda _effect: r.Opened(open=False)  # type: ignore[method-assign]
    walker.do(choice="formnew_training")
    assert walker.state.draft == before
    assert "formresume" in walker.offered


def test_a_form_that_is_open_takes_the_place_of_the_one_begun(walker: Walker) -> None:
    filling(walker, "go-and-see", "Peć")
    walker.do(choice="formnew_training")
    assert walker.state.draft == Draft("training", walker.library.forms["training"].hash)


def test_pressing_change_again_goes_on_where_the_change_stood(walker: Walker) -> None:
    filling(walker, "go-and-see", "Peć")
    assert walker.state.draft
    walker.state = replace(walker.state, draft=replace(walker.state.draft, changing="K7M2Q4A"))
    walker.do(choice="regchange_K7M2Q4A")
    assert answer(walker, "origin") == "peja"


# --- consents stand for the words that were shown -----------------------------------------------------


def to_the_end(walker: Walker) -> None:
    """The legal aid form, filled in up to the consent to be contacted."""
    filling(walker, "legal-aid")
    walker.do(choice="pick_legal-aid_matter_property")
    for text in ("preskoči", "preskoči", "preskoči", "Kraljevo", "Milica Jovanović", "064 123 4567", "da"):
        walker.do(text=text)
    walker.do(choice="formsend")
    walker.do(choice="formagree_yes")


def test_a_form_changed_halfway_asks_for_its_consents_again(walker: Walker) -> None:
    to_the_end(walker)
    changed = replace(walker.library.forms["legal-aid"], hash="another")
    walker.library = replace(walker.library, forms={**walker.library.forms, "legal-aid": changed})
    walker.do(choice="formcontact_yes")
    assert walker.sent == []
    assert walker.state.draft
    assert (walker.state.draft.asked, dict(walker.state.draft.agreed)) == ("share", {})


def test_words_that_changed_outside_the_form_are_agreed_to_again(walker: Walker) -> None:
    to_the_end(walker)
    organisation = walker.library.organisation
    other = structs.replace(organisation.controller, sr="Неко други", sq="Dikush tjetër", en="Somebody else")
    walker.library = replace(walker.library, organisation=structs.replace(organisation, controller=other))
    walker.do(choice="formcontact_no")
    assert walker.sent == []
    walker.do(choice="formsend")
    walker.do(choice="formagree_yes")
    walker.do(choice="formcontact_no")
    [sent] = walker.sent
    assert sent.agreed.keys() == {"data", "share"}
