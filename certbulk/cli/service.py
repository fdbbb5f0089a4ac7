"""The options that say which chain is meant, and the clients that they stand for."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

import certbulk as cb
from certbulk.cli.grouping import changed
from certbulk.errors import PlanError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

__all__ = [
    "BaseUrl",
    "PacedService",
    "SameService",
    "SameServiceOrSandbox",
    "Sandbox",
    "Service",
    "parser_of",
    "require_sandbox",
]


def parser_of(setting: str) -> Callable[[str], Any]:
    """Return the parser of an option for a setting; its errors name the option."""

    def parse(text: str) -> Any:
        from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 (not for help)

        from certbulk.settings import Settings  # noqa: PLC0415
        from certbulk.settings.described import what_it_takes  # noqa: PLC0415

        field = Settings.model_fields[setting]
        kind: Any = Annotated[field.annotation, *field.metadata]
        try:
            return TypeAdapter(kind).validate_python(text)
        except ValidationError:
            raise typer.BadParameter(f"It must be {what_it_takes(setting)}.") from None

    return parse


Sandbox = Annotated[
    bool,
    typer.Option(
        "--sandbox",
        help="Use the sandbox, a practice server on this machine, instead. It keeps what you do.",
    ),
]
Chain = Annotated[
    int | None,
    typer.Option(
        "--chain-id",
        metavar="ID",
        parser=parser_of("chain_id"),
        help="The chain. [default: CERTBULK_CHAIN_ID]",
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        metavar="URL",
        help="The service's address. [default: CERTBULK_BASE_URL, or https://api.alteg.io/api/v1]",
    ),
]
PerSecond = Annotated[
    float | None,
    typer.Option(
        "--per-second",
        parser=parser_of("per_second"),
        metavar="N",
        help="Requests a second at most; the service allows 5. "
        "[default: CERTBULK_PER_SECOND, or 4]",
    ),
]
PerMinute = Annotated[
    int | None,
    typer.Option(
        "--per-minute",
        parser=parser_of("per_minute"),
        metavar="N",
        help="Requests a minute at most; the service allows 200. "
        "[default: CERTBULK_PER_MINUTE, or 180]",
    ),
]


@dataclass(frozen=True)
class Service:
    """Which chain is meant: one of the service, or that of the sandbox."""

    sandbox: Sandbox = False
    chain_id: Chain = None
    base_url: BaseUrl = None

    def client(self) -> AbstractContextManager[cb.Client]:
        """Return a client for the chain, to enter."""
        return _client(**changed(self))

    def target(self) -> tuple[str, int] | None:
        """Return what runs for the chain are bound to: the service, and the chain's id.

        None if no chain is set. Nothing is asked of the service.
        """
        from certbulk.settings import Settings, checked_base_url  # noqa: PLC0415

        if self.sandbox:
            from certbulk.sandbox_client import kept_sandbox  # noqa: PLC0415

            sandbox = kept_sandbox(Settings.load())
            return sandbox.service or sandbox.url, self.chain_id or sandbox.chain_id
        settings = Settings.load(chain_id=self.chain_id, base_url=self.base_url)
        if settings.chain_id is None:
            return None
        return checked_base_url(settings.base_url), settings.chain_id

    def target_of_runs(self) -> tuple[str, int]:
        """Return `target`, to find runs.

        Raises:
            SettingsError: No chain is set.
        """
        target = self.target()
        if target is None:
            raise SettingsError(
                "No chain is set. Set CERTBULK_CHAIN_ID or --chain-id to use the newest run of the "
                "service, or --sandbox to use that of the practice chain.",
                terminal="Or name a run: certbulk runs lists them",
            )
        return target

    def judged(self, report: cb.Report) -> cb.Report:
        """Return the report with names looked up and ids checked in the chain."""
        from certbulk.validating import revalidated  # noqa: PLC0415

        with self.client() as client:
            return revalidated(report, cb.directory(client, sheet=report.sheet))


@dataclass(frozen=True)
class PacedService(Service):
    """The same, and how fast requests may leave."""

    per_second: PerSecond = None
    per_minute: PerMinute = None

    def host(self, plan: cb.Plan) -> str:
        """Return the host that a plan is sent to, and where it comes from if it is unusual."""
        return _host(plan, self.base_url)


@dataclass(frozen=True)
class SameService:
    """The chain that a run went to, and how fast requests may leave."""

    chain_id: Annotated[
        int | None,
        typer.Option(
            "--chain-id",
            metavar="ID",
            parser=parser_of("chain_id"),
            help="The chain, to make sure. [default: that of the run]",
        ),
    ] = None
    base_url: BaseUrl = None
    per_second: PerSecond = None
    per_minute: PerMinute = None

    def client(self, plan: cb.Plan) -> AbstractContextManager[cb.Client]:
        """Return a client to resume a plan: of its chain, or of the sandbox again."""
        where = {"sandbox": plan.base_url.startswith("sandbox:"), "chain_id": plan.chain_id}
        return _client(**where | changed(self))

    def host(self, plan: cb.Plan) -> str:
        """Return the host that a plan is sent to, and where it comes from if it is unusual."""
        return _host(plan, self.base_url)


def _host(plan: cb.Plan, base_url: str | None) -> str:
    from certbulk.settings import Settings  # noqa: PLC0415

    if plan.base_url.startswith("sandbox:"):
        return "the sandbox"
    return Settings.load(base_url=base_url).host_in_words


@dataclass(frozen=True)
class SameServiceOrSandbox(SameService):
    """The same, for a run that may not be known yet."""

    sandbox: Annotated[
        bool,
        typer.Option("--sandbox", help="Without RUN: the newest of the practice chain."),
    ] = False

    def client(self, plan: cb.Plan) -> AbstractContextManager[cb.Client]:
        """Return a client to resume a plan."""
        chosen = changed(self)
        chosen.pop("sandbox", None)
        return SameService(**chosen).client(plan)


def require_sandbox(run: cb.Run) -> None:
    """Refuse a run of another chain, for somebody who has said --sandbox.

    Raises:
        PlanError: It was not for the practice chain.
    """
    if not run.plan.base_url.startswith("sandbox:"):
        raise PlanError(
            f"Run {run.id} was not for the practice chain. Leave --sandbox out, or choose another "
            "run."
        )


@contextmanager
def _client(*, sandbox: bool = False, **given: Any) -> Iterator[cb.Client]:
    """Give a client for the service, or for a sandbox that remembers its last run."""
    if not sandbox:
        with cb.Client.from_env(**given) as client:
            yield client
            _warn(client)
        return
    from certbulk.sandbox_client import kept_sandbox  # noqa: PLC0415
    from certbulk.settings import Settings  # noqa: PLC0415

    chain_id = given.pop("chain_id", None)
    given.pop("base_url", None)
    settings = Settings.load(**given)
    kept = kept_sandbox(settings)
    with kept:
        client = kept.client(
            chain_id=chain_id or kept.chain_id,
            per_second=settings.per_second,
            per_minute=settings.per_minute,
            api_spelling=settings.api_spelling,
        )
        yield client
        _warn(client)


def _warn(client: cb.Client) -> None:
    """Print what was odd about answers that were used all the same."""
    if client.is_mock:
        typer.echo(
            f"Warning: {client.base_url} is the vendor's mock server: what it lists is an example, "
            "and it keeps nothing. Rehearse with: --sandbox",
            err=True,
        )
    for remark in client.remarks:
        typer.echo(f"Warning: {remark}", err=True)
