"""Rules of addresses that cost nothing until an address is built from them."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class UrlRule(Rule):
    """A rule whose two builders of addresses are compiled when the first is asked for.

    Werkzeug compiles them as the rule is added: nine tenths of the time in which an app is made, and a worker builds
    hardly an address.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compiled: Callable[[bool], Builder] = super()._compile_builder
        name = "_build_unknown" if append_unknown else "_build"

        def build(rule: UrlRule, **values: object) -> tuple[str, str]:
            made: Builder = compiled(append_unknown).__get__(rule, None)
            setattr(rule, name, made)
            return made(**values)

        return build
