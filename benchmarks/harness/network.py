"""Machines of their own as far as the network goes: each a namespace behind a link that can be cut.

Needs root and iproute2. A cut link says nothing to either side: no FIN, no reset, as when a cable
is pulled. The addresses are of the block that is kept for benchmarks (RFC 2544), and of a part of
it that this machine has nothing in.
"""

import ipaddress
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from socket import AF_INET

import psutil

_MOST = 13
_BLOCK = ipaddress.IPv4Network("198.18.0.0/15")


class FarMachine:
    """`command` begins what is to run there and becomes it; `address` is its own."""

    def __init__(self, name: str, address: str, bridge: str) -> None:
        self._name, self._link, self.address = name, f"{name}a", address
        self.command = ("ip", "netns", "exec", name)
        inner = f"{name}b"
        _ip("netns", "add", name)
        _ip("link", "add", self._link, "type", "veth", "peer", "name", inner, "netns", name)
        _ip("link", "set", self._link, "master", bridge)
        _ip("-n", name, "addr", "add", f"{address}/28", "dev", inner)
        _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", name, "link", "set", inner, "up")
        self.join()

    def cut(self) -> None:
        """From now on nothing passes, and nobody is told."""
        _ip("link", "set", self._link, "down")

    def join(self) -> None:
        _ip("link", "set", self._link, "up")

    def remove(self) -> None:
        """What runs there lives on, and hears nobody."""
        _ip("link", "del", self._link)
        _ip("netns", "del", self._name)


class FarNetwork:
    """This machine and the far ones on one net; `address` is ours. Raises CalledProcessError where
    the system does not let us, OSError where the net is in use."""

    def __init__(self) -> None:
        # An interface's name has at most 15 letters.
        self._name = f"gm{os.getpid():x}"
        self._net = _free_net(os.getpid())
        self.address = self._numbered(1)
        self._machines: list[FarMachine] = []
        _ip("link", "add", self._name, "type", "bridge")
        _ip("addr", "add", f"{self.address}/28", "dev", self._name)
        _ip("link", "set", self._name, "up")

    def machine(self) -> FarMachine:
        """One more; there may be 13."""
        number = len(self._machines)
        assert number < _MOST
        machine = FarMachine(f"{self._name}-{number}", self._numbered(2 + number), self._name)
        self._machines.append(machine)
        return machine

    def remove(self) -> None:
        for machine in self._machines:
            machine.remove()
        _ip("link", "del", self._name)

    def _numbered(self, number: int) -> str:
        return str(self._net[number])


def _free_net(number: int) -> ipaddress.IPv4Network:
    """One of 16 addresses that no interface of ours is in, another for each process. What is on the
    way to somewhere must stay there: an address of ours would take its place."""
    net = ipaddress.IPv4Network((int(_BLOCK[0]) + number % 8192 * 16, 28))
    taken = [
        ipaddress.ip_interface(f"{each.address}/{each.netmask}").network
        for addresses in psutil.net_if_addrs().values()
        for each in addresses
        if each.family == AF_INET and each.netmask
    ]
    if any(net.overlaps(each) for each in taken):
        raise OSError(f"{net} is in use here")
    return net


def no_network() -> str | None:
    """Why there can be no such machines here; None where there can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "only root of Linux may make network namespaces"
    if shutil.which("ip") is None:
        return "there is no `ip` here (iproute2)"
    try:
        with far_network() as network:
            network.machine()
    except OSError as error:
        return str(error)
    except subprocess.CalledProcessError as error:
        return f"no network namespace can be made here: {error.stderr.strip()}"
    return None


@contextmanager
def far_network() -> Iterator[FarNetwork]:
    """One, while the context lasts."""
    network = FarNetwork()
    try:
        yield network
    finally:
        network.remove()


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True, timeout=20)
