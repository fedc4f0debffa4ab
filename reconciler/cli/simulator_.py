"""Owns the command `simulator`."""

from pathlib import Path

import click


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="Port; 0 for any free one."
)
@click.option(
    "--store", type=click.Path(path_type=Path, dir_okay=False), help="Keep everything in FILE, over restarts."
)
@click.option("--api-key", metavar="KEY", help="Take this key only; without, any that is not empty.")
def command(port: int, store: Path | None, api_key: str | None) -> None:
    """Run a strict local stand-in for the API, on 127.0.0.1 only."""
    import signal

    from reconciler.problem import ReconcilerError

    try:
        from reconciler.simulator.app import Simulator
        from reconciler.simulator.serve import running
    except ModuleNotFoundError as error:
        raise ReconcilerError.at(
            "",
            f"the simulator needs {error.name}, which is not installed",
            "pip install 'reconciler[simulator]'",
        ) from error
    stops = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)  # before the thread starts, which inherits it
    try:
        with running(Simulator(api_key=api_key, store=store), port) as base_url:
            click.echo(f"simulator: {base_url}")
            signal.sigwait(stops)
    except OSError as error:
        raise ReconcilerError.at(
            "", f"the simulator cannot start: {error}", "choose another --port or --store"
        ) from error
    except ValueError as error:
        raise ReconcilerError.at("", str(error), "choose another --store") from error
