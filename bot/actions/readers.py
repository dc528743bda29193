"""Who may read which registrations: a form says whether all the staff who answer people may, or administrators only."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.actions.staff import ANSWERING, Role, StaffError, acting
from bot.forms import Form


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
    member = acting(connection, email, ANSWERING, doing)
    return Reader(member.name, member.role)
