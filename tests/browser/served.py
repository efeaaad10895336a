"""The product as a process of its own on the demonstration, and ways into it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from forms.start import demo
from survey_data.database import connect, rows
from survey_data.review import decisions
from survey_data.rounds import invitations, rounds
from survey_data.staff import staff
from survey_data.staff.sign_in import new_sign_in_link
from tests.support.processes import free_port, server


@dataclass
class Served:
    """A running server: its address, and its database to look into."""

    base: str
    db: Database
    taken: set[int] = field(default_factory=set)

    def someone_unasked(self) -> tuple[str, int]:
        """The link of an enterprise nobody here has used, and last year's employees."""
        found = rows(
            self.db,
            "SELECT i.id FROM invitation i JOIN round r ON r.id = i.round_id"
            " WHERE r.closed_at IS NULL AND i.opened_at IS NULL ORDER BY i.id",
        )
        for row in found:
            before = decisions.last_year(self.db, invitations.by_id(self.db, row["id"]))
            total = before.get("employees_total")
            if row["id"] not in self.taken and isinstance(total, int):
                self.taken.add(row["id"])
                return self.link(row["id"]), total
        raise LookupError("the demonstration has nobody left who has not begun")

    def link(self, invitation_id: int) -> str:
        """A personal link."""
        return f"{self.base}/s/{invitations.new_link(self.db, invitation_id)}"

    def sign_in_link(self, email: str = demo.COORDINATOR) -> str:
        """A link that signs a member of staff in."""
        who = staff.by_email(self.db, email)
        assert who
        return f"{self.base}/logga-in/{new_sign_in_link(self.db, who.id, None)}"

    def close_round(self) -> None:
        """Close the open round."""
        survey_round = rounds.current(self.db)
        assert survey_round
        rounds.close_round(self.db, survey_round.year, "test")


@contextmanager
def serve(folder: Path, **environment: str) -> Iterator[Served]:
    """A server on an empty folder, which it fills with the demonstration."""
    given = {"ASF_DATA_DIR": str(folder), "PORT": str(free_port()), "ASF_SMTP_URL": ""}
    with server(os.environ | given | environment) as base:
        db = connect(folder / "survey.db")
        try:
            yield Served(base, db)
        finally:
            db.close()
