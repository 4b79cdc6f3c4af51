"""Everything that changes a record of oversight."""

from oversight.commands.work import retry_work

__all__ = ["retry_work"]
