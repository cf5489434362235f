from __future__ import annotations

import socket

from embedded import ports


def test_a_taken_port_leads_to_the_next_free_one() -> None:
    with socket.socket() as holder:
        holder.bind((ports.LOOPBACK, 0))
        holder.listen()
        taken = holder.getsockname()[1]
        assert not ports.is_free(taken)
        assert ports.next_free(taken) > taken


def test_a_port_promised_to_another_program_is_passed_over() -> None:
    free = ports.any_free()
    assert ports.next_free(free) == free
    assert ports.next_free(free, taken=frozenset({free})) != free
