"""Owns the command `simulator`."""

from pathlib import Path

import click

SIMULATOR_HELP = """Run a strict local stand-in for the API, on 127.0.0.1 only.

It prints its base URL (for --base-url or POSTPRESS_BASE_URL) once it can be reached, refuses what the API's
page does not allow, keeps the profile that results, and ends on ^C or SIGTERM. Any account id exists and
starts empty. It sends nothing anywhere.

\b
  curl http://127.0.0.1:8765/_simulator/profile     what each account's profile is
  curl http://127.0.0.1:8765/_simulator/requests    what was sent, part by part, and what became of it
  curl -X PUT -d '{"experience": [{"id": "1", "role": "Founder"}]}' \\
       'http://127.0.0.1:8765/_simulator/profile?account_id=ID'          begin with this profile
  curl -X DELETE http://127.0.0.1:8765/_simulator   forget everything (…/_simulator/requests: only those)

FAULTS. Make it fail, to see what your pipeline does. A fault is clauses joined by `;`:

\b
  error=TYPE           one of the API's error types, with or without errors/; detail=TEXT says more
  envelope=platform    that error as {"error": {"code", "message", "request_id"}}
  retry-after=VALUE    429 with this header: seconds, `date`, `date+SECONDS` or any text
                       (error=too_many_requests alone: without the header)
  status=N body=TEXT   any status and body (body= goes last: it takes the rest, `;` too)
  location=URL         a redirect: 302, or the status= given
  object=NAME          200 {"object": NAME} where ProfileEdited belongs
  content-type=TYPE    the answer under this content type
  size=BYTES           the answer's body filled up to this size
  delay=SECONDS        waits before the edit; with `after`, between edit and answer
  close=WHEN           closes the connection: before-read, mid-read, before-edit, after-edit, mid-answer;
                       with `reset` by RST instead of FIN
  after                the edit takes effect first; without it, an answer that replaces the edit's own
                       means that nothing was changed
  none                 no fault: lets a request of a queue pass

\b
For one request, by its own header; for the next ones, as a queue, one a line; or at random, by seed:
  curl -H 'X-Simulator-Fault: error=provider_error;after' … http://127.0.0.1:8765/api/v1/users/me/edit
  curl --data-binary $'close=after-edit\\nnone\\nretry-after=0' http://127.0.0.1:8765/_simulator/faults
  curl -d '{"random": {"seed": 7, "rate": 0.3, "kinds": ["retry-after=1", "close=mid-answer"]}}' \\
       http://127.0.0.1:8765/_simulator/faults
  curl -X DELETE http://127.0.0.1:8765/_simulator/faults
Without `kinds`, random faults are drawn from every error type and every way to lose a connection.

READS. GET /users/me, /users/ID, /linkedin/search/parameters and /accounts/ID answer too. The same faults
meet them, and these clauses change the form of an answer; `PUT /_simulator/options` of `reading` and
--reading set them for all reads:

\b
  throttle=NAMES       sections (about, experience, education, skills) come empty, and are named as throttled
  omit=NAMES           their keys are absent
  truncate=NAMES       half of their items come, with the count of all
  ids=NAME             the name of an entry's id: id, section (as experience_id), position_id; absent: none
  dates=FORM           M/D/YYYY, YYYY-MM-DD, YYYY-MM, M/YYYY, YYYY; late: an end is 29 days later;
                       new-year: each is the first of January
  asked=FORM           understands sections by a repeated key or joined by commas: both, repeated, joined
  owner=WHO            self, unsaid (no is_self), other (another person's), other-unsaid
  canonical            companies and skills under LinkedIn's own names
  trimmed              texts as LinkedIn trims them
  presence             a job's location with its presence
  job-skills           skills of jobs and schools among the skills
  reversed             items in another order
  age=SECONDS          with this header; x-cache=TEXT: with that one
  account=STATUS       the status of the account, else OK

OPTIONS. What the API's pages leave open can be had either way, here and while it runs:

\b
  curl -X PUT -d '{"additive_skills": true, "merge_objects": true, "ignore_idempotency": true,
       "headline_from_add": true, "visible_after": 5, "reading": "ids=absent;dates=YYYY"}' \\
       http://127.0.0.1:8765/_simulator/options
"""


@click.command(help=SIMULATOR_HELP)
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any free one.")
@click.option("--store", type=click.Path(path_type=Path, dir_okay=False), help="Keep all in FILE, over restarts.")
@click.option("--api-key", metavar="KEY", help="Take this key only; without, any that is not empty.")
@click.option("--fault", "faults", multiple=True, metavar="FAULT", help="A fault of the first requests (repeatable).")
@click.option("--random-faults", type=click.FloatRange(0, 1), default=0.0, metavar="RATE", help="Share that fails.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the random faults.")
@click.option("--additive-skills", is_flag=True, help="Skills that are sent are added, not put in place.")
@click.option("--merge-objects", is_flag=True, help="Objects that are sent are merged, not put in place.")
@click.option("--ignore-idempotency", is_flag=True, help="Take no notice of Idempotency-Key.")
@click.option("--headline-from-add", is_flag=True, help="A new experience overwrites the headline.")
@click.option(
    "--visible-after", type=click.FloatRange(0, 3600), default=0.0, metavar="SECONDS", help="Reads show edits."
)
@click.option("--reading", default="", metavar="CLAUSES", help="The form of every read.")
def command(  # noqa: PLR0913 - one for each option
    *,
    port: int,
    store: Path | None,
    api_key: str | None,
    faults: tuple[str, ...],
    random_faults: float,
    seed: int,
    additive_skills: bool,
    merge_objects: bool,
    ignore_idempotency: bool,
    headline_from_add: bool,
    visible_after: float,
    reading: str,
) -> None:
    """Serve until told to stop; help is HELP."""
    from reconciler.app.origin import install_with
    from reconciler.problem import ReconcilerError

    try:
        from reconciler.simulator.app import Simulator
        from reconciler.simulator.faults import FaultError, parse
        from reconciler.simulator.profile import Behaviour
        from reconciler.simulator.serve import serve
    except ModuleNotFoundError as error:
        raise ReconcilerError.at(
            "",
            f"the simulator needs {(error.name or 'more').partition('.')[0]}, which is not installed",
            f"install the extra: {install_with('simulator')}",
        ) from error
    try:
        parse(reading)
        behaviour = Behaviour(
            additive_skills, merge_objects, ignore_idempotency, headline_from_add, visible_after, reading
        )
        simulator = Simulator(api_key=api_key, store=store, behaviour=behaviour)
        simulator.faults.add(faults)
        simulator.faults.draw_from(seed, random_faults)
        serve(simulator, port, lambda base_url: click.echo(f"simulator: {base_url}"))
    except FaultError as error:
        raise ReconcilerError.at("", str(error), "see reconciler simulator --help") from error
    except (OSError, ValueError) as error:
        place = str(store) if getattr(error, "filename", None) else ""
        why = getattr(error, "strerror", None) or error
        remedy = "choose another --port or --store"
        raise ReconcilerError.at(place, f"the simulator cannot start: {why}", remedy) from error
