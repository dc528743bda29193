"""Codes people read over the telephone."""

import pytest

from bot.actions.codes import ALPHABET, LENGTH, CodeError, new_code, read_code


def test_a_code_has_no_letters_that_look_alike():
    assert not set("0O1IL2ZUV5BCHPXY") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET)


def test_a_code_is_read_back_whatever_the_case_and_spaces():
    code = new_code()
    assert len(code) == LENGTH
    assert read_code(f" {code[:3].lower()} {code[3:]} ") == code


def test_every_single_wrong_character_is_noticed():
    code = new_code()
    for place in range(LENGTH):
        for other in set(ALPHABET) - {code[place]}:
            with pytest.raises(CodeError):
                read_code(code[:place] + other + code[place + 1 :])


def test_a_thousand_codes_differ():
    assert len({new_code() for _ in range(1000)}) == 1000
