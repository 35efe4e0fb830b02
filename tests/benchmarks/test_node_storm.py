"""The storm over nodes: its plan, and its address."""

import ipaddress

import psutil
import pytest

from benchmarks.harness.network import far_network, no_network
from benchmarks.node_storm.plan import NodeBlow, plan_of


def test_a_seed_always_plans_the_same_blows_and_an_hour_has_all_kinds() -> None:
    assert plan_of(7, 60.0) == plan_of(7, 60.0) != plan_of(8, 60.0)
    hour = plan_of(7, 3600.0)
    assert {strike.blow for strike in hour} == set(NodeBlow)
    assert all(0 <= strike.pick < 1 and strike.pause_s > 0 for strike in hour)
    assert [strike.at for strike in hour] == sorted(strike.at for strike in hour)


def test_far_machines_have_a_net_of_their_own_and_leave_nothing() -> None:
    if why := no_network():
        pytest.skip(why)
    before = set(psutil.net_if_addrs())
    with far_network() as network:
        machine = network.machine()
        assert set(psutil.net_if_addrs()) > before
        for address in (network.address, machine.address):
            assert ipaddress.ip_address(address) in ipaddress.ip_network("198.18.0.0/15")
    assert set(psutil.net_if_addrs()) == before
