"""Mapping columns and mending cells on the page: every edit is data, and is validated at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from certbulk.core.findings.table_codes import LEFT_OUT
from certbulk.errors import ReadError
from certbulk.page.mending.columns_view import ENCODINGS
from certbulk.page.mending.edits import (
    Edit,
    Mend,
    accepted,
    alike,
    certain,
    group_of,
    new_text,
    one_reading,
)
from certbulk.page.mending.meanings import Meanings
from certbulk.page.mending.remembered import remember
from certbulk.page.mending.rows_out import ABOVE, emptied, given_action, rows_with_errors
from certbulk.page.mending.taken_titles import decided
from certbulk.page.preparing import Preparing
from certbulk.page.read_upload import (
    chain_of,
    in_zone,
    lacks_names,
    mended_report,
    with_names,
)
from certbulk.page.steps import Step
from certbulk.page.texts.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.core.findings.finding import Finding
    from certbulk.page.worker import Message

__all__ = ["Correcting"]


class Correcting(Preparing):
    """Does what the page asks for in the steps between the workbook and the plan."""

    # --- columns

    def _on_columns(self, message: Message, _: Sequence[bytes]) -> None:
        """Take what a person says of the columns, read the workbook so, and remember it."""
        before, report, plain = self.state, self.state.report, self.state.plain
        if report is None or plain is None:
            return
        fields = {int(number): str(field) for number, field in message["fields"]}
        constants = {str(name): str(text) for name, text in message["constants"]}
        meanings = Meanings.said(plain, fields, constants)
        here = str(Step.COLUMNS)  # the page stays at this step until the workbook is read
        self.state = replace(before, meanings=meanings, confirmed=True, recalled=False, at=here)
        try:
            self._read(self._inbox.path, report.sheet.name, again=True)
        except BaseException:
            self.state = before  # the choices before stay, and what was read by it
            raise
        remember(plain, meanings, chain_of(before.destination))

    def _on_encoding(self, message: Message, _: Sequence[bytes]) -> None:
        """Read the text file in another encoding; its headers and cells may be others then."""
        name, before = str(message.get("name")), self.state
        if name not in ENCODINGS:
            raise ReadError(Text("columns.trouble.no_encoding", name=name))
        self.state = replace(before, encoding=name)
        try:
            self._read(self._inbox.path)
        except BaseException:
            self.state = before
            raise

    # --- cells

    def _on_edit(self, message: Message, _: Sequence[bytes]) -> None:
        """Give a cell a new text, and all that are like it if that is wanted."""
        report = self.state.report
        if report is None:
            return
        spot = int(message["row"]), int(message["column"])
        old = str(message.get("old") or "") or None
        edit = new_text(report.sheet, spot, old, str(message.get("new") or ""))
        code = str(message.get("alike") or "")
        if edit is None:
            self._put(self.state)
        elif code:
            others = (one for one in alike(report, code, edit) if one[:2] != spot)
            self._mend("alike", (edit, *others))
        else:
            self._mend("cell", (edit,))

    def _on_certain(self, _: Message, __: Sequence[bytes]) -> None:
        report = self.state.report
        if report is not None:
            self._mend("certain", certain(report))

    def _on_suggestions(self, message: Message, _: Sequence[bytes]) -> None:
        """Take every suggestion in a group of findings."""
        report = self.state.report
        if report is not None:
            self._mend("suggestions", accepted(report, self._grouped(message)))

    def _on_reading(self, message: Message, _: Sequence[bytes]) -> None:
        """Read all values of a group, a whole column, in one of their two ways."""
        report = self.state.report
        if report is not None:
            found = self._grouped(message)
            self._mend("reading", one_reading(report, found, str(message.get("way"))))

    def _grouped(self, message: Message) -> list[Finding]:
        report, group = self.state.report, str(message.get("group"))
        return [f for f in report.all_findings if group_of(f) == group] if report else []

    # --- whole rows

    def _on_row(self, message: Message, _: Sequence[bytes]) -> None:
        """Leave a row out, or take one that was left out as it looked like a hint or a total.

        No other row can be taken: those of another table mean something else under this header.
        """
        report = self.state.report
        if report is not None:
            send, rows = bool(message.get("send")), {int(message["row"])}
            if send:
                rows &= {f.row for f in report.all_findings if f.row and f.code in LEFT_OUT}
            self._mend("send" if send else "skip", given_action(report.sheet, rows, send=send))

    def _on_rows_out(self, message: Message, _: Sequence[bytes]) -> None:
        """Leave out all rows that have an error in a group of findings."""
        report = self.state.report
        if report is not None:
            rows = rows_with_errors(self._grouped(message))
            self._mend("skip", given_action(report.sheet, rows, send=False))

    def _on_above(self, message: Message, _: Sequence[bytes]) -> None:
        """Leave out rows above the header, because of which nothing is sent."""
        report = self.state.report
        if report is not None:
            row = int(message["row"])
            found = [f for f in report.all_findings if f.code in ABOVE and f.row == row]
            edits = (edit for finding in found for edit in emptied(report.sheet, finding))
            self._mend("above", tuple(dict.fromkeys(edits)))

    # --- taking back

    def _on_unmend(self, _: Message, __: Sequence[bytes]) -> None:
        """Take back what was done last."""
        self._with_mended(self.state.mended[:-1])

    def _mend(self, kind: str, edits: tuple[Edit, ...]) -> None:
        if edits:
            self._with_mended((*self.state.mended, Mend(kind, edits)))
        else:
            self._put(self.state)

    def _with_mended(self, mended: tuple[Mend, ...]) -> None:
        """Validate what was mended. The chain is asked only for names that were not needed yet."""
        original, now, destination = self.state.original, self.state.report, self.state.destination
        if original is None or now is None:
            return
        report, trouble = mended_report(original, mended, now.directory), ""
        if lacks_names(report) and destination is not None:
            report, trouble = self._busy_with(
                "names", Text("work.names"), lambda stop: with_names(report, destination, stop)
            )
        self._put(replace(self.state.with_report(report, mended), work=None, trouble=trouble))

    def _on_zone(self, message: Message, _: Sequence[bytes]) -> None:
        """Read the dates in the time zone that is meant."""
        original, now, zone = self.state.original, self.state.report, str(message.get("name"))
        if original is None or now is None or zone not in self.state.zones:
            return
        original, now = in_zone(original, zone), in_zone(now, zone)
        state = replace(self.state, original=original, zone=zone)
        self._put(state.with_report(now, self.state.mended))

    # --- titles that are live

    def _on_titles(self, message: Message, _: Sequence[bytes]) -> None:
        """Take what a person decides for rows whose title is taken, and make the plan anew."""
        plan = self.state.plan
        if plan is None:
            return
        said = {int(row): choice for row, choice in message["rows"]}
        titles = decided(plan, self.state.titles, said)
        self._plan(match_titles=self.state.match_titles, titles=titles)
