"""How a form reads: its questions with their buttons, its summary, its notice, and the exact text of each consent."""

from collections.abc import Mapping
from typing import Final

from bot.answers import option_names, told
from bot.dialogue.choices import payload
from bot.dialogue.draft import Agreed, Draft, applicable, given
from bot.dialogue.effects import Say
from bot.dialogue.wording import button
from bot.dialogue.world import World
from bot.forms import AGES, Answer, Field, Form, consent_hash, split_member
from bot.library import Library
from bot.messages import Button, Language
from bot.texts import Words

DATA: Final = "data"  # the consent every registration needs
CONTACT: Final = "contact"  # the consent to be contacted about it
ASK_A_PERSON_AFTER: Final = 2  # wrong answers in a row


def notice(form: Form, world: World, tier: int) -> Say:
    """What the form is for, in one line (0), with more (1), or with the full text (2)."""
    says = form.words[world.language].says
    parts = [f"**{says['title']}**", says["purpose"], *[says[name] for name in ("more", "full")[:tier]]]
    if tier == 2:
        parts.append(_kept_by(form, world.library, world.words))
    deeper = {0: [button(world.words, "form-more", "formmore", form.id)], 1: [button(world.words, "form-full", "formfull", form.id)]}
    buttons = (
        button(world.words, "form-begin", "formgo", form.id),
        *deeper.get(tier, []),
        button(world.words, "button-cancel", "formcancel"),
    )
    return Say("\n\n".join(parts), buttons)


def consent_text(form: Form, purpose: str, library: Library, words: Words) -> str:
    """Exactly what a person agrees to: for the data, for being contacted, or in a field of the kind consent."""
    said = form.words[words.language]
    if purpose == CONTACT:
        return words("form-contact")
    if purpose == DATA:
        return "\n\n".join((said.says["consent"], said.says["purpose"], _kept_by(form, library, words)))
    return said.prompts[purpose].ask


def agreement(form: Form, purpose: str, library: Library, words: Words) -> Agreed:
    """What somebody agrees to who is shown this consent now."""
    return Agreed(words.language, consent_hash(consent_text(form, purpose, library, words)))


def _kept_by(form: Form, library: Library, words: Words) -> str:
    values: dict[str, str | int] = {"controller": library.organisation.controller[words.language], "days": form.head.keep_days}
    return words("form-kept", values)


def question(form: Form, draft: Draft, world: World) -> Say:
    """The question asked now: where in the form it is, what may help, what was given before, and the buttons."""
    asked = form.field(draft.asked)
    assert asked is not None
    prompt = form.words[world.language].prompts[asked.id]
    parts = [f"{form.title(world.language)} · {_progress(form, draft, world.words)}", f"**{prompt.ask}**"]
    if prompt.help:
        parts.append(prompt.help)
    if draft.pending and asked.kind != "text":
        parts.append(world.words("form-so-far", {"answer": told(form, asked, draft.pending, world.library, world.words)}))
    elif draft.answers.get(asked.id) is not None:
        parts.append(world.words("form-now", {"answer": told(form, asked, draft.answers[asked.id], world.library, world.words)}))
    shown = asked.sensitive or bool(draft.pending) or draft.answers.get(asked.id) is not None
    return Say("\n\n".join(parts), (*_options(form, asked, draft, world), *_ways(asked, draft, world)), sensitive=shown)


def _progress(form: Form, draft: Draft, words: Words) -> str:
    names = [each.id for each in applicable(form, draft.answers)]
    place = names.index(draft.asked) + 1 if draft.asked in names else len(names)
    return words("form-progress", {"place": place, "all": len(names)})


def _options(form: Form, asked: Field, draft: Draft, world: World) -> tuple[Button, ...]:
    if asked.kind == "household":
        return _household_options(form, asked, draft, world)
    names = option_names(form, asked, world.words)
    shown = (Button(_ticked(names[option], option in draft.pending), pick(form, asked, option)) for option in asked.choices)
    done = [button(world.words, "form-done", "formdone")] if asked.kind == "several" and draft.pending else []
    return (*shown, *done)


def _household_options(form: Form, asked: Field, draft: Draft, world: World) -> tuple[Button, ...]:
    names = option_names(form, asked, world.words)
    ages = tuple(Button(f"+ {names[age]}", pick(form, asked, age)) for age in AGES)
    if not draft.pending:
        return ages
    _, needs = split_member(draft.pending[-1])
    last = (Button(_ticked(names[need], need in needs), pick(form, asked, need)) for need in asked.options)
    return (*ages, *last, button(world.words, "form-done", "formdone"))


def _ticked(label: str, ticked: bool) -> str:  # noqa: FBT001 - a small local word
    return f"✓ {label}" if ticked else label


def _ways(asked: Field, draft: Draft, world: World) -> tuple[Button, ...]:
    words = world.words
    skip = [button(words, "form-skip", "formskip")] if asked.optional else []
    keep = [button(words, "form-keep", "formkeep")] if asked.id in draft.answers else []
    person = [button(words, "button-staff", "staff", "new")] if draft.misses >= ASK_A_PERSON_AFTER else []
    return (*keep, *skip, button(words, "form-back", "formback"), button(words, "form-later", "formlater"),
            button(words, "button-cancel", "formcancel"), *person)  # fmt: skip


def pick(form: Form, asked: Field, option: str) -> str:
    """The payload of an option's button: it names its form and field, so that an old one is known for what it is."""
    return payload("pick", f"{form.id}_{asked.id}_{option}")


def answers_list(form: Form, answers: Mapping[str, Answer], world: World) -> str:
    """All answers as a list, each with the short name of its question."""
    prompts = form.words[world.language].prompts
    return "\n".join(
        f"- {prompts[each.id].label}: **{_safe(told(form, each, answers[each.id], world.library, world.words))}**"
        for each in form.fields
        if each.id in answers
    )


def _safe(text: str) -> str:
    """A person's own words must not turn into Markdown of ours."""
    return " ".join(text.replace("*", "∗").replace("[", "(").replace("]", ")").split())


def summary(form: Form, draft: Draft, world: World) -> Say:
    """Everything that was answered, to be looked over once more."""
    counted = given(form, draft)
    words = world.words
    parts = [f"**{form.title(world.language)}**", words("form-summary"), answers_list(form, counted, world)]
    buttons = (button(words, "form-right", "formsend"), button(words, "form-edit", "formedit"), button(words, "form-later", "formlater"),
               button(words, "button-cancel", "formcancel"))  # fmt: skip
    return Say("\n\n".join(parts), buttons, sensitive=True)


def edit_choice(form: Form, draft: Draft, world: World) -> Say:
    """Which answer is to be changed?"""
    prompts = form.words[world.language].prompts
    fields = (Button(prompts[each.id].label, payload("formedit", each.id)) for each in applicable(form, draft.answers))
    return Say(world.words("form-edit-which"), (*fields, button(world.words, "form-to-summary", "formresume")))


def form_button(form: Form, language: Language, words: Words) -> Button:
    """The sign-up button of an article or the menu."""
    return Button(words("form-sign-up", {"form": form.title(language)}), payload("form", form.id))
