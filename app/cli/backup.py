"""Back-ups: made, tried, restored."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.backup import create, nightly, restore
from app.cli.console import fail, out
from app.errors import CourierError, IngestError

backup = AppGroup("backup", help="Back-ups that are known to come back.")


@backup.command("create")
@click.argument("to", type=click.Path(path_type=Path))
def create_backup(to: Path) -> None:
    """Write the database and the files in need into the folder TO, while everything runs."""
    try:
        made = create.create(to.absolute())
    except CourierError as error:
        fail(error)
    out.print(f"{to}: {made.rows} rows of {len(made.tables)} tables and {len(made.files)} files.", highlight=False)
    for sentence in made.missing:
        out.print(f"Gone from the volume, its job will fetch it again: {sentence}", highlight=False)
    if made.left_out:
        out.print(f"Not ours and not in it: {', '.join(made.left_out)}.", highlight=False)
    out.print(
        f"Keep SECRET_KEY ({made.secret_key}) in another place than the back-up: whoever has both reads the sources' "
        f"secrets, and nobody without it. `flask backup check {to}` says whether it comes back.",
        highlight=False,
    )


@backup.command("check")
@click.argument("source", metavar="FROM", type=click.Path(path_type=Path))
def check_backup(source: Path) -> None:
    """Restore FROM into a scratch database and compare counts and hashes. Exit code 0 only when all agree."""
    try:
        checked = nightly.check_and_tell(source.absolute())
    except CourierError as error:
        fail(error)
    if checked.problems:
        fail("\n".join(checked.problems))
    saved = checked.manifest
    out.print(
        f"{saved.rows} rows of {len(saved.tables)} tables and {len(saved.files)} files came back as they were "
        f"({checked.seconds:.1f} s; version {saved.version}, tables {saved.revision}).",
        highlight=False,
    )


@backup.command("restore")
@click.argument("source", metavar="FROM", type=click.Path(path_type=Path))
@click.option("--other-key", is_flag=True, help="Go on although SECRET_KEY is not the one of the back-up.")
def restore_backup(source: Path, other_key: bool) -> None:
    """Fill the empty database of DATABASE_URL from the back-up FROM. Web, workers and scheduler must not run."""
    try:
        saved = restore.restore(source.absolute(), other_key=other_key)
    except (CourierError, IngestError) as error:
        fail(error)
    out.print(f"{saved.rows} rows and {len(saved.files)} files are back, as of {saved.made_at:%Y-%m-%d %H:%M} UTC.")
