"""What can be set, from the environment, checked once and passed by hand.

Every setting is an environment variable: its name in capitals after WAYMARK_. `table()` is the README's table.
"""

from gateway.config.environment import complete, from_environment, table, unknown
from gateway.config.kinds import PREFIX, ConfigError, Mode
from gateway.config.settings import Settings

__all__ = ["PREFIX", "ConfigError", "Mode", "Settings", "complete", "from_environment", "table", "unknown"]
