"""Who may read which registrations: a form says whether all the staff who answer people may, or administrators only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from bot.actions.staff import ANSWERING, Role, StaffError
from bot.forms import Form
from bot.store.tables import staff

OWNER: Final = "owner of the machine"


@dataclass(frozen=True, slots=True)
class Reader:
    """A member of the staff who reads registrations; the audit log knows them by `name`."""

    name: str
    role: Role

    def may_read(self, form: Form | None) -> bool:
        """Whether this form's registrations are for them. A form that is gone (None) is for administrators only."""
        return self.role == "administrator" or (form is not None and form.head.readers == "staff")

    def require(self, form: Form | None, name: str) -> None:
        """Raise StaffError unless the registrations of this form, called `name`, are for them."""
        if not self.may_read(form):
            raise StaffError(f"registrations of the form {name} are read by administrators only; ask one of them")

    def readable(self, forms: Iterable[Form]) -> list[str]:
        """The ids of those of the forms that are for them."""
        return [form.id for form in forms if self.may_read(form)]


def reader(connection: Connection, email: str, doing: str = "registrations are read") -> Reader:
    """The reader with this e-mail. While there is no staff at all, whoever owns the machine acts as administrator.

    Raises StaffError for an e-mail nobody of the staff has, and for a role that answers nobody; `doing` is what is refused.
    """
    members: dict[str, Role] = {
        row.email: row.role for row in connection.execute(select(staff.c.email, staff.c.role).where(staff.c.removed_at.is_(None)))
    }
    email = email.strip().lower()
    if not members:
        return Reader(email or OWNER, "administrator")
    if email not in members:
        told = f"nobody of the staff has the e-mail {email}" if email else f"{doing} by the staff only"
        raise StaffError(f"{told}; say who you are with --by EMAIL (`prag staff list` shows everybody)")
    if members[email] not in ANSWERING:
        raise StaffError(f"{email} is {members[email]}; {doing} by {' and '.join(f'{role}s' for role in ANSWERING)}")
    return Reader(email, members[email])
