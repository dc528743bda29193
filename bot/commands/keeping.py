"""`prag erase`, `prag backup`, `prag restore`, `prag purge`, and the data keys under `prag settings`."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from cryptography.fernet import Fernet

from bot import backups, clock, settings
from bot.actions import audit, erasure, resealing, retention
from bot.actions.codes import read_code
from bot.commands.common import newest_files, out, parts
from bot.library import read
from bot.settings import SettingsError
from bot.store.sealing import Vault

settings_cli = typer.Typer(no_args_is_help=True, help="Settings of this installation.")
By = Annotated[str, typer.Option(help="Who does this.")]


def erase(code: str, by: By = "staff") -> None:
    """Erase everything of the person with this code; it stands in their settings."""
    here = parts()
    with here.ledger.writing() as connection:
        key = erasure.forget_code(connection, here.vault, read_code(code), clock.now())
        audit.note(connection, who=by, verb="person erased", about=key, now=clock.now())
    backups.keep_proofs(here.ledger, here.settings.folder)
    out.print("Everything of that person is erased. Backups forget them again when they are restored.")


def backup(
    file: Annotated[Path | None, typer.Argument(help="Where to; var/backups if left out.")] = None,
    erasures: Annotated[bool, typer.Option("--erasures", help="Only write down what was erased (before pg_restore).")] = False,
) -> None:
    """Copy the ledger, also while the service runs."""
    given = settings.load()
    if erasures:
        kept = backups.keep_proofs(parts().ledger, given.folder)
        out.print(f"{kept} proofs of erasure stand in {given.folder / backups.PROOFS}.")
        return
    made = backups.backup(given, file, clock.now())
    out.print(f"{made}\nThe keys are not in it: keep {given.folder / 'data.keys'} and {given.folder / 'secret.key'} in another safe place.")
    out.print(f"Backups older than {backups.KEPT.days} days are deleted from {given.folder / 'backups'}; delete copies elsewhere yourself.")


def restore(
    file: Annotated[Path | None, typer.Argument(help="The backup.")] = None,
    erasures: Annotated[bool, typer.Option("--erasures", help="Only erase again what was erased (after pg_restore).")] = False,
) -> None:
    """Put a backup back; whoever was erased since is erased again. The service must not run."""
    given = settings.load()
    kept = settings.keys(given)
    vault = Vault(kept.secret, kept.data)
    if erasures:
        here = parts()
        done = backups.forget_again(here.ledger, given.folder, vault, clock.now())
    elif file is None:
        raise typer.BadParameter("give the backup's file, or --erasures")
    else:
        done = backups.restore(given, file, vault, clock.now())
    out.print(f"Restored. {done.people} people who had been erased were erased again; {done.withdrawn} registrations withdrawn again.")
    if not done.complete:
        out.print(f"The ledger that was there could not be read: what was erased was taken from {given.folder / backups.PROOFS} alone.")
        out.print("Whoever was erased in its last minute may be back: if you know of anybody, run prag erase CODE.")


def purge() -> None:
    """Purge now what is over its time; the service does it every night."""
    here = parts()
    forms = read(newest_files(here.settings))[0].keep_days
    with here.ledger.writing() as connection:
        done = retention.run(connection, forms, clock.now())
    old = backups.clear(here.ledger, here.settings.folder, clock.now())
    out.print("\n".join([*(f"{name}: {count}" for name, count in done.items()), f"old backups: {old}"]))


@settings_cli.command("new-key")
def new_key() -> None:
    """Add a data key. Restart the service, then run `prag settings rotate-keys`."""
    given = settings.load()
    made = Fernet.generate_key().decode()
    if given.data_keys:
        out.print(f"Append this to PRAG_DATA_KEYS, after a comma, and restart the service:\n{made}")
        return
    kept = settings.keys(given)
    _write_keys(given.folder / "data.keys", (*kept.data, made))
    out.print("The new key is in data.keys. Restart the service, then run: prag settings rotate-keys")


@settings_cli.command("rotate-keys")
def rotate_keys(
    drop: Annotated[bool, typer.Option("--drop", help="Then remove the older keys from data.keys; the service must not run.")] = False,
) -> None:
    """Seal everything anew with the newest data key, which comes first from now on."""
    given = settings.load()
    if given.data_keys:
        raise SettingsError("the keys are in PRAG_DATA_KEYS; put the new one first there, restart, and run `prag settings reseal`")
    kept = settings.keys(given)
    newest_first = (kept.data[-1], *kept.data[:-1])
    # A running service still seals with the older key: what it wrote meanwhile would be lost with it.
    with backups.stopped(given.folder, "rotate the keys") if drop else nullcontext():
        count = _reseal(Vault(kept.secret, newest_first))
        _write_keys(given.folder / "data.keys", newest_first[:1] if drop else newest_first)
    out.print(f"{count} values are sealed with the newest key. Restart the service so that it uses it too.")
    if not drop and len(kept.data) > 1:
        out.print("To remove the older keys, stop the service after that restart and run `prag settings reseal --drop`.")


@settings_cli.command("reseal")
def reseal(
    drop: Annotated[bool, typer.Option("--drop", help="Then remove the older keys from data.keys; the service must not run.")] = False,
) -> None:
    """Seal everything anew with the first data key."""
    given = settings.load()
    kept = settings.keys(given)
    dropping = drop and not given.data_keys
    # A service that has not been restarted since may still seal with an older key.
    with backups.stopped(given.folder, "reseal") if dropping else nullcontext():
        out.print(f"{_reseal(Vault(kept.secret, kept.data))} values are sealed with the first key.")
        if dropping:
            _write_keys(given.folder / "data.keys", kept.data[:1])
    if dropping:
        out.print("The older keys are removed. Backups sealed with them can no longer be read.")


def _reseal(vault: Vault) -> int:
    here = parts()
    count = resealing.reseal(here.ledger, vault)
    here.ledger.close()
    return count


def _write_keys(path: Path, keys: tuple[str, ...]) -> None:
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text("\n".join(keys) + "\n", "ascii")
    fresh.replace(path)
