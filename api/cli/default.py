"""A group of commands of which one is meant where none is named: `train --task joint` is `train model --task joint`."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

DEFAULT = "model"


class WithDefault(TyperGroup):
    """`evaluate NAME` is `evaluate model NAME` unless NAME is one of the other commands."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default in front where no command is named."""
        if not args or (args[0] not in self.commands and args[0] not in ("-h", "--help")):
            args.insert(0, DEFAULT)
        return super().parse_args(ctx, args)
