"""The names of tasks and queues."""

from typing import Final

PROMOTE_DUE: Final = "statuses.promote_due"
DISABLE_DUE: Final = "statuses.disable_due"
FORGET_OLD: Final = "events.forget_old"
FORGET_EXPIRED: Final = "tokens.forget_expired"
FOLLOW_ZONES: Final = "statuses.follow_zones"
CARRY_ON: Final = "changes.carry_on"
TASKS: Final = frozenset({CARRY_ON, PROMOTE_DUE, DISABLE_DUE, FORGET_OLD, FORGET_EXPIRED, FOLLOW_ZONES})

TIMERS: Final = "timers"
HOUSEKEEPING: Final = "housekeeping"
