"""`fleet`: the same work on many chains, here or on many workers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from certbulk.arguments import Arguments
from certbulk.errors import CertbulkError, SettingsError
from certbulk.fleets.engines import checked_workers
from certbulk.fleets.fleet_work import FleetWork
from certbulk.fleets.job import Job, JobResult
from certbulk.fleets.jobs_table import check_jobs, jobs_of
from certbulk.fleets.kept import loaded
from certbulk.fleets.worker import failed
from certbulk.shared.home import Journal, StateDir, check_state_dir, local_folder
from certbulk.workbook import check_target, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certbulk.fleets.jobs_table import Jobs
    from certbulk.fleets.standing import Standing

__all__ = ["Fleet", "fleet"]


def fleet(
    jobs: Jobs,
    workers: int | str | None = None,
    *,
    file: str | Path | None = None,
    state_dir: StateDir = None,
    progress: bool = True,
) -> Fleet:
    """Return a fleet: a line for each chain, to be planned, sent, compared or exported.

    Nothing is asked of the service, and nothing is sent, before one of its methods is called.
    Tokens come from the profile of each line, or from the environment, of the process that does the
    work: they are never handed to workers.

    Args:
        jobs: The table of jobs: a workbook, a .csv file, a frame, or a list of mappings. Columns:
            chain, file, profile, action, options, note.
        workers: None for this process, one chain after the other; a number of processes on this
            machine; or the address of a Dask scheduler. The last two need `certbulk[fleet]`.
        file: The file of all lines that name none; names are looked up in each chain.
        state_dir: The folder of the journal, or a `Journal`; by default that of the settings.
        progress: Whether to show how far each chain is.

    Raises:
        ReadError: The table cannot be read.
        SettingsError: A line or an argument is impossible, or the extra is not installed.
        ArgumentError: An argument has the wrong type.

    Example:
        >>> import certbulk as cb
        >>> fleet = cb.fleet([{"chain": 706028, "file": "prices.xlsx"}, {"chain": 706555}])
        >>> fleet
        Fleet of 2 chains: nothing done yet
        >>> fleet.frame["chain"].to_list()
        [706028, 706555]
    """
    takes = Arguments("certbulk.fleet")
    check_jobs(takes, jobs)
    takes.path("file", file, optional=True)
    check_state_dir(takes, state_dir)
    takes.flags(progress=progress)
    chosen = checked_workers(takes, workers)
    if chosen is not None and isinstance(state_dir, Journal):
        raise SettingsError(
            "A Journal cannot be handed to workers, as it may have a password. Set "
            "CERTBULK_JOURNAL_URL for this process and for the workers instead."
        )
    return Fleet(jobs_of(jobs, file=file), chosen, state_dir=state_dir, progress=progress)


class Fleet(FleetWork):
    """The jobs of several chains, and how each of them stands.

    Attributes:
        jobs: The jobs, in the order of the table.
        workers: Who does the work: see `fleet`.

    Example:
        >>> import os, certbulk as cb
        >>> from datetime import UTC, datetime
        >>> sandbox = cb.Sandbox()
        >>> with sandbox:
        ...     os.environ["CERTBULK_BASE_URL"] = sandbox.url
        ...     os.environ["CERTBULK_PARTNER_TOKEN"] = sandbox.partner_token
        ...     os.environ["CERTBULK_USER_TOKEN"] = sandbox.user_token
        ...     types = "sample_data/certificate_types.xlsx"
        ...     fleet = cb.fleet([{"chain": 706028, "file": types}], progress=False)
        ...     fleet.plan().counts
        ...     fleet.prepare().to_send  # makes the plans that are missing: none here
        ...     fleet.apply().ok
        ...     fleet.export("live").counts
        ...     fleet.look().lines()[0]["state"]  # of the journal, without the service
        {'planned': 1}
        1
        True
        {'exported': 1}
        'finished'
        >>> fleet.to_excel("fleet.xlsx").name, fleet.as_dict()["counts"]
        ('fleet.xlsx', {'finished': 1})

        At night, with a message if a chain stands otherwise than the night before:

        >>> def at_night(fleet, url):
        ...     fleet.drift().notify(url, datetime.now(UTC))
    """

    def plan(self) -> Self:
        """Make the plan of every chain and keep it. Nothing is sent.

        A chain whose plan needs a person is left out, with the reason: if a row is invalid or
        blocked, also by the policy, if a price jumps, or if the policy asks for the approval of
        another person. A plan whose run has begun and not ended
        stays as it is.

        Raises:
            SettingsError: The workers were not found, or have another journal.
            OutputError: The plans cannot be kept.
            KeyboardInterrupt: Ctrl-C, after what was under way has ended.
        """
        chosen = self._for("apply")
        self._take_up(chosen)
        self._make_plans([one for one in chosen if one.run is None or one.run.is_done])
        return self

    def prepare(self) -> Self:
        """Make the plans that are missing, and keep the others: what `apply` does first.

        Raises:
            SettingsError: The workers were not found, or have another journal.
            OutputError: The plans cannot be kept.
            KeyboardInterrupt: Ctrl-C, after what was under way has ended.
        """
        chosen = self._for("apply")
        self._take_up(chosen)
        self._make_missing(chosen)
        return self

    def _make_missing(self, chosen: Sequence[Standing]) -> None:
        without = (one for one in chosen if one.run is None and not one.can_be_sent)
        self._make_plans([one for one in without if not one.unapproved])

    def look(self) -> Self:
        """Find out how every chain stands, from the plans that are kept and the journal only.

        Raises:
            OutputError: The journal cannot be used.
        """
        self._take_up(self._for("apply"))
        return self

    def apply(self) -> Self:
        """Carry out the plans of all chains that need nobody; those without a plan get one first.

        What has ended is not done again: it costs one question to the journal. What has begun is
        resumed. Ctrl-C lets every run end at its next row; the same call continues later.

        Raises:
            SettingsError: The workers were not found, or have another journal.
            OutputError: The plans cannot be kept, or the journal cannot be used.
            KeyboardInterrupt: Ctrl-C, after what was under way has ended.
        """
        chosen = self._for("apply")
        self._take_up(chosen)
        if all(one.is_done for one in chosen):
            return self  # no worker is needed
        with self._engine():
            self._make_missing(chosen)
            self._send(self._to_send())
        return self

    def _send(self, ready: Sequence[Standing]) -> None:
        from certbulk.fleets.worker import carry_out  # noqa: PLC0415 (as with the others)

        jobs = []
        for one in ready:
            try:
                jobs.append(loaded(self._home, one.job))
                one.result = JobResult(one.job.chain, "waiting", rows=one.rows)
            except CertbulkError as error:
                one.result = failed(one.job, error)
        self._carry_out(carry_out, jobs, self._note)

    def drift(self) -> Self:
        """Compare every chain with the file of its line, or else with its newest run.

        Raises:
            SettingsError: The workers were not found, or have another journal.
            KeyboardInterrupt: Ctrl-C, after what was under way has ended.
        """
        from certbulk.fleets.survey import check_drift  # noqa: PLC0415 (as with the others)

        chosen = self._for("drift")
        jobs = self._read([one for one in chosen if one.job.file])
        jobs += [one.job for one in chosen if not one.job.file]
        self._carry_out(check_drift, jobs, self._note)
        return self

    def export(self, folder: str | Path, *, overwrite: bool = False) -> Self:
        """Write what is live in every chain to a workbook of the folder: 706028.xlsx and so on.

        Args:
            folder: The folder, which is made if it is missing.
            overwrite: Whether to replace existing files.

        Raises:
            SettingsError: The workers were not found, or have another journal.
            OutputError: A file exists, or cannot be written.
            KeyboardInterrupt: Ctrl-C, after what was under way has ended.
        """
        from certbulk.fleets.survey import make_export  # noqa: PLC0415 (as with the others)

        takes = Arguments("Fleet.export")
        takes.path("folder", folder)
        takes.flags(overwrite=overwrite)
        chosen = self._for("export")
        Path(folder).mkdir(parents=True, exist_ok=True)
        for one in chosen:
            check_target(Path(folder) / f"{one.job.chain}.xlsx", overwrite=overwrite)

        def write(job: Job, result: JobResult) -> None:
            path = Path(folder) / f"{job.chain}.xlsx"
            if result.content:
                content = result.content
                write_whole(path, lambda there: _put(there, content), overwrite=overwrite)
                result = replace(result, content=b"", reason=str(path))
            self._note(job, result)

        self._carry_out(make_export, [one.job for one in chosen], write)
        return self

    def notify(self, url: str, now: datetime) -> int:
        """Send a message if a chain stands otherwise than after the last `drift`.

        Args:
            url: The address that receives it, as JSON: https, or http on this machine.
            now: The time of the comparison.

        Returns:
            The number of chains in the message; 0 if none was sent.

        Raises:
            SettingsError: The address is impossible.
            OutputError: It was not delivered; the next one has the same chains.
        """
        from certbulk.fleets.notify import DriftStates, checked_webhook, send  # noqa: PLC0415

        states = DriftStates(local_folder(self._state_dir))
        changes = states.changes(self._standing)
        if changes:
            send(checked_webhook(url), changes, now)
        states.keep(self._standing)
        return len(changes)


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)
