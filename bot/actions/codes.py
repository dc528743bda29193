"""Short public codes that can be read aloud on a telephone: no look-alike characters, one check character."""

import secrets
from typing import Final

from stdnum import luhn
from stdnum.exceptions import ValidationError

from bot.errors import PlainError

# Without 0 O, 1 I L, 2 Z, 5, U V, and letters that mean another sound in Cyrillic (B C H P X Y).
ALPHABET: Final = "346789ADEFGJKMNQRSTW"
LENGTH: Final = 7


class CodeError(PlainError):
    """This is not a code of ours, or it was mistyped."""


def new_code() -> str:
    """A fresh code: LENGTH characters, the last one a check character (Luhn mod N)."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + luhn.calc_check_digit(body, ALPHABET)


def read_code(typed: str) -> str:
    """The code a person typed, spaces and case forgiven. Raises CodeError when it cannot be one of ours."""
    code = "".join(typed.split()).replace("-", "").upper()
    try:
        return str(luhn.validate(code, ALPHABET))
    except ValidationError as error:
        raise CodeError(f"“{typed}” is not a code; check it character by character") from error
