"""What a process of another machine would see: its name and its clock. Read by Python before anything else."""

from __future__ import annotations

import os
import socket
import time

import time_machine

MACHINE = os.environ["MACHINE_NAME"]
AHEAD = float(os.environ["MACHINE_CLOCK_AHEAD"])

socket.gethostname = lambda: MACHINE
if AHEAD:
    time_machine.travel(time.time() + AHEAD).start()
