"""``make clean``: ends what a killed start left behind and forgets all data of ``make run``."""

from __future__ import annotations

import shutil
import sys

from embedded.environment import LOCAL
from embedded.make_run import only_one
from embedded.processes import CannotRun
from embedded.servers import Servers
from embedded.supervisor import end_marked


def main() -> int:
    if LOCAL.exists():
        try:
            with only_one(LOCAL):
                end_marked(LOCAL)
                Servers(LOCAL / "servers").forget()
        except CannotRun as error:
            print(f"{error} Stop it first.", file=sys.stderr)
            return 1
        shutil.rmtree(LOCAL, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
