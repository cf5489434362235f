"""The shared volume of this installation, and its errors in the words of a job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import current_app

from app.errors import BadAddress, FileGone, FileTooLarge, VolumeIsAway, VolumeIsFull, VolumeReadOnly
from app.extensions import settings
from handoff.mirrored import volume_of
from handoff.volume import NotOnVolume, OutsideVolume, StoreAway, Volume, VolumeDenied, VolumeFull


def volume() -> Volume:
    """The volume that Settings names, opened once a process. Raises VolumeReadOnly when it is not mounted."""
    found = current_app.extensions.get("volume")
    if found is None:
        with volume_errors():
            config = settings()
            found = volume_of(
                config.shared_dir,
                config.shared_max_bytes,
                store=config.shared_store,
                endpoint=config.shared_store_endpoint,
            )
        current_app.extensions["volume"] = found
    return cast(Volume, found)


@contextmanager
def volume_errors() -> Iterator[None]:
    """Turn what the volume raises into what a job can meet."""
    try:
        yield
    except VolumeFull as error:
        if error.limit is not None and error.needed > error.limit:  # no purge will ever make room for it
            raise FileTooLarge(str(error), details={"limit": error.limit, "size": error.needed}) from error
        raise VolumeIsFull(str(error)) from error
    except StoreAway as error:
        raise VolumeIsAway(str(error)) from error
    except VolumeDenied as error:
        raise VolumeReadOnly(str(error)) from error
    except NotOnVolume as error:
        raise FileGone(str(error)) from error
    except OutsideVolume as error:
        raise BadAddress(str(error)) from error
