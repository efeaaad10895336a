"""Addresses that cost nothing at a start before anybody writes one."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.routing import Rule


class LateRule(Rule):
    """An address whose writers are compiled when it is first written, by url_for.

    Werkzeug compiles two for each address as it is added: of two hundred, a tenth of a start.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def written(rule: LateRule, *parts: object, **values: object) -> tuple[str, str]:
            if not compiled:
                compiled.append(super()._compile_builder(append_unknown))
            return compiled[0](rule, *parts, **values)

        return written
