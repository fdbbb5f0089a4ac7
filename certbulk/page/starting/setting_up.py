"""Setting a chain up: tokens are taken, tried against the service, and kept in the keyring.

Without a keyring they are held in the memory of this process, until it ends. Before that they are
in this class, until the form is left. They are in no state, view, draft, message or file.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.api.chains import chains_of
from certbulk.api.signin import sign_in
from certbulk.errors import AccessError, CertbulkError, SettingsError
from certbulk.making.profiles import Tried, keep_profile, tried
from certbulk.page.crash_log import written_down
from certbulk.page.destinations import PRACTICE, destinations
from certbulk.page.preparing import Preparing
from certbulk.page.starting.facts import Facts
from certbulk.page.starting.form import Form, form_for, kept_partner
from certbulk.page.state import State, Step
from certbulk.page.texts.by_code import of_error
from certbulk.page.texts.text import Text
from certbulk.settings import Settings, checked_base_url, checked_chain_id
from certbulk.settings.profiles import DEFAULT_PROFILE, Profile, checked_name
from certbulk.settings.tokens import hold_token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.page.destinations import Destination
    from certbulk.page.worker import Message

__all__ = ["SettingUp"]


class _Entered(NamedTuple):
    """What was typed, and is not kept yet."""

    address: str
    partner: str
    user: str

    def __repr__(self) -> str:
        """Return no token."""
        return f"_Entered({self.address!r})"


class SettingUp(Preparing):
    """Sets chains up, and looks whose they are.

    Args:
        show: Called with what the page is to show, from any thread.
        send: Called with an answer that is not a state: a message, and bytes.
    """

    _entered: _Entered | None = None
    _among_chains = False

    def _on_set_up(self, message: Message, _: Sequence[bytes]) -> None:
        """Show the form for a new chain, or for new tokens of a profile."""
        self._entered = None
        form = form_for(str(message.get("profile") or ""))
        self._put(replace(self.state, aside=form, trouble=""))

    def _on_leave(self, _: Message, __: Sequence[bytes]) -> None:
        """Go back to the step; what was typed is forgotten."""
        self._entered = None
        self._put(replace(self.state, aside=None, trouble=""))

    def _on_sign_in(self, message: Message, _: Sequence[bytes]) -> None:
        """Take the tokens, or sign in for one, and list the chains that they are for."""
        form = self.state.aside
        if not isinstance(form, Form):
            return
        typed = {name: str(message.get(name) or "").strip() for name in _TYPED}
        address = checked_base_url(form.address if form.profile else typed["address"])
        partner = typed["partner"] or kept_partner(form.profile)
        password = str(message.get("password") or "")
        if not partner or not (typed["user"] or (typed["login"] and password)):
            raise SettingsError(Text("trouble.tokens_missing"))

        def work(_: threading.Event) -> tuple[_Entered, tuple[Any, ...]]:
            user = typed["user"] or sign_in(address, partner, typed["login"], password)
            return _Entered(address, partner, user), tuple(chains_of(address, partner, user))

        self._entered, chains = self._busy_with("signing_in", Text("work.signing_in"), work)
        form = replace(form, address=address, signed_in=True, chains=chains)
        self._put(replace(self.state, aside=form, work=None))

    def _on_keep_chain(self, message: Message, _: Sequence[bytes]) -> None:
        """Try the tokens on a chain, keep them, and show the chain among those to choose from."""
        form, entered = self.state.aside, self._entered
        if not isinstance(form, Form) or entered is None:
            return
        chain_id = form.chain_id or _chain_id(message)
        name = form.profile or _name(message, form, chain_id)

        def work(_: threading.Event) -> Tried:
            return tried(entered.address, chain_id, entered.partner, entered.user)

        chain = self._busy_with("trying", Text("work.trying"), work)
        found = Profile.found(form.profile) if form.profile else None
        zone = {"time_zone": chain.zone} if chain.zone else {}
        settings = {"base_url": entered.address, "chain_id": chain_id, **zone}
        tokens = {"partner_token": entered.partner, "user_token": entered.user}
        values = {**settings, **found.values} if found else settings
        keep_profile(name, values, {} if form.trouble else tokens, overwrite=bool(form.profile))
        if form.trouble:
            for token, secret in tokens.items():
                hold_token(str(values["base_url"]), secret, profile=name, name=token)
        self._entered = None
        self._put(
            replace(self.state, aside=None, work=None, trouble="", destinations=destinations())
        )
        self._look_whose()

    def _refused(self, error: CertbulkError) -> State:
        """Offer to enter new tokens, if those of the chain's profile are not accepted any more."""
        state, destination = super()._refused(error), self.state.destination
        if isinstance(error, AccessError) and destination is not None and state.aside is None:
            return replace(state, renews=_renewable(destination))
        return state

    # --- whose the chains are

    def _put(self, state: State) -> None:
        """Ask the service anew whenever a person comes to the chains: tokens may have expired."""
        comes = state.step is Step.CHAIN and bool(state.destinations) and not self._among_chains
        self._among_chains = state.step is Step.CHAIN and bool(state.destinations)
        if comes:
            fresh = tuple(replace(destination, facts=None) for destination in state.destinations)
            state = replace(state, destinations=fresh)
        super()._put(state)
        if comes:
            self._look_whose()

    def _look_whose(self) -> None:
        """Ask the service whose the chains are that there are to choose from, each in a thread."""
        if self.state.step is Step.CHAIN:
            for destination in self.state.destinations:
                if (
                    destination.key != PRACTICE
                    and not destination.trouble
                    and destination.facts is None
                ):
                    threading.Thread(target=self._ask, args=(destination,), daemon=True).start()

    def _ask(self, destination: Destination) -> None:
        try:
            facts = _facts_of(destination, self._gone)
        except Exception as error:  # noqa: BLE001 (a card shows a line, never a traceback)
            facts = Facts(trouble=written_down(error))
        with suppress(RuntimeError):  # the page has been closed meanwhile
            self._thread.submit(self._known, destination, facts)

    def _known(self, destination: Destination, facts: Facts) -> None:
        known = tuple(
            replace(p, facts=facts) if p == destination else p for p in self.state.destinations
        )
        self._put(replace(self.state, destinations=known))


def _facts_of(destination: Destination, stop: threading.Event) -> Facts:
    """Ask the service whose a chain is. Nothing is changed.

    The title is one that the service lists for this user; other chains are not looked at.
    """
    try:
        settings = Settings.load(profile=destination.profile)
    except SettingsError as error:
        return Facts(trouble=of_error(error))
    try:
        with destination.client(stop) as client:
            locations = len(client.locations())
        tokens = settings.need("partner_token"), settings.need("user_token")
        chains = {chain.id: chain.title for chain in chains_of(settings.base_url, *tokens)}
    except AccessError:
        return Facts(trouble=Text("chain.expired"), expired=True, renews=_renewable(destination))
    except CertbulkError as error:
        return Facts(trouble=of_error(error))
    return Facts(chains.get(destination.chain_id, ""), locations)


def _renewable(destination: Destination) -> str:
    """Return the profile that new tokens of a chain are for; empty if they are set elsewhere."""
    if destination.profile:
        return destination.profile
    settings = Settings.load()
    return (
        "" if settings.user_token or destination.key == PRACTICE else settings.profile_in_use or ""
    )


_TYPED = ("address", "partner", "user", "login")


def _chain_id(message: Message) -> int:
    try:
        return checked_chain_id(str(message.get("chain") or ""))
    except SettingsError:
        raise SettingsError(Text("trouble.chain_id")) from None


def _name(message: Message, form: Form, chain_id: int) -> str:
    """Return the name of a new profile: the one that was typed, or one that is free.

    Raises:
        SettingsError: There is such a profile, or it cannot be a name.
    """
    first = DEFAULT_PROFILE if DEFAULT_PROFILE not in form.names else f"chain-{chain_id}"
    name = str(message.get("name") or "").strip() or first
    if name in form.names:
        raise SettingsError(Text("trouble.profile_exists", name=name))
    try:
        return checked_name(name)
    except SettingsError:
        raise SettingsError(Text("trouble.profile_name", name=name[:60])) from None
