"""The command line. Each command has a module of its own, imported when it is called, so `waymark --help` is quick."""

import gc
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from gateway.config import ConfigError
from gateway.problems import CannotStart

app = App(
    name="waymark",
    help="Waymark, an order-tracking GraphQL gateway. Settings come from the environment: see README.",
    help_flags=["--help", "-h"],
    version_flags=["--version"],
)
app.command("gateway.cli.serving:serve", help="Serve the gateway; it also carries out effects.")
app.command("gateway.cli.serving:worker", help="Carry out effects, and serve nothing.")
app.command("gateway.cli.demo:demo", help="Everything at once, for development: a demo shop in a simulated world.")
app.command("gateway.cli.simulate:simulate", help="Run one simulated program: payments, warehouse or carrier.")
app.command("gateway.cli.token:token", help="Print a token for a customer or a member of staff.")
app.command("gateway.cli.database:migrate", help="Bring the database to this version's tables.")
app.command("gateway.cli.database:replay", help="Read the whole journal again and compare it with what is stored.")
app.command("gateway.cli.shop:shop")
app.command("gateway.cli.schema:schema", help="Print the GraphQL schema.")
app.command("gateway.cli.settings:settings", help="Print every setting as a table.")


def main(words: Sequence[str] | None = None) -> None:
    """Runs a command. What cannot be done is told in one line, without a traceback, by exit code 1."""
    gc.disable()  # loading makes no garbage, and looking for it takes a fifth of the time; `run` begins with it
    try:
        app(words, exit_on_error=False, print_error=False, result_action="return_value")
    except (CannotStart, ConfigError, CycloptsError) as error:
        sys.exit(f"waymark: {' '.join(str(error).split())}")
    except KeyboardInterrupt:
        sys.exit(130)
