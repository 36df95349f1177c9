"""Run a command as systemd would run a service, where systemd is not the first process: ``-m tests.drills.sandbox``.

What is applied of a unit: its account, ``UMask``, ``NoNewPrivileges``, an empty ``CapabilityBoundingSet``,
``ProtectSystem=strict``, ``PrivateTmp`` (``/tmp`` alone), ``ProcSubset=pid``, ``SystemCallFilter``,
``MemoryDenyWriteExecute`` and ``RestrictAddressFamilies``. What is left out needs systemd itself. Only root can do it,
and it stands alone: it is copied to where the command runs.
"""

import ctypes
import errno
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM  # libseccomp's SCMP_ACT_ALLOW, SCMP_ACT_ERRNO
EQUAL, GREATER, MASKED_EQUAL = 4, 6, 7  # libseccomp's SCMP_CMP_…
WRITE, EXECUTE = 2, 4  # PROT_WRITE, PROT_EXEC of mmap(2)
SHARED_EXECUTE = 0o100000  # SHM_EXEC of shmat(2)
FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6
NEVER_READ_ONLY = ("/dev", "/proc", "/sys")


class Compare(ctypes.Structure):
    """libseccomp's ``scmp_arg_cmp``."""

    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


class Filter:
    """A seccomp filter: what it does with all calls but those that :meth:`add` names."""

    def __init__(self, otherwise: int) -> None:
        self._library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        self._library.seccomp_init.restype = ctypes.c_void_p
        self._context = ctypes.c_void_p(self._library.seccomp_init(ctypes.c_uint32(otherwise)))

    def add(self, action: int, call: str, *compared: tuple[int, int, int, int]) -> None:
        """Do this with a call, if its arguments compare so; a call that this processor has not is passed over."""
        number = self._library.seccomp_syscall_resolve_name(call.encode())
        if number >= 0:
            given = (Compare * len(compared))(*[Compare(*one) for one in compared])
            done = self._library.seccomp_rule_add_array(
                self._context, ctypes.c_uint32(action), number, len(compared), given
            )
            assert done == 0, (call, done)

    def load(self) -> None:
        """Apply it to this process for good."""
        assert self._library.seccomp_load(self._context) == 0


def confine(allowed: Sequence[str]) -> None:
    """Refuse this process other system calls, memory that is written and executed, and other families of sockets."""
    dangers = Filter(ALLOW)
    both = WRITE | EXECUTE
    dangers.add(REFUSE, "mmap", (2, MASKED_EQUAL, both, both))
    for call in ("mprotect", "pkey_mprotect"):
        dangers.add(REFUSE, call, (2, MASKED_EQUAL, EXECUTE, EXECUTE))
    dangers.add(REFUSE, "shmat", (2, MASKED_EQUAL, SHARED_EXECUTE, SHARED_EXECUTE))
    for family in set(range(max(FAMILIES))) - set(FAMILIES):
        dangers.add(REFUSE, "socket", (0, EQUAL, family, 0))
    dangers.add(REFUSE, "socket", (0, GREATER, max(FAMILIES), 0))
    dangers.load()
    calls = Filter(REFUSE)
    for call in allowed:
        calls.add(ALLOW, call)
    calls.load()


def shut(writable: str) -> None:
    """Make this mount namespace read-only but for one folder, with a ``/tmp`` and a ``/proc`` of its own."""
    _mount("--bind", writable, writable)
    mounts = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    for mount in dict.fromkeys(mounts):
        if mount != writable and not mount.startswith(NEVER_READ_ONLY):
            _mount("--options", "remount,bind,ro", mount, check=mount == "/")
    _mount("--types", "tmpfs", "--options", "mode=1777", "tmpfs", "/tmp")  # noqa: S108
    _mount("--types", "proc", "--options", "subset=pid,hidepid=invisible", "proc", "/proc")


def _mount(*words: str, check: bool = True) -> None:
    subprocess.run(["mount", *words], check=check, capture_output=not check)


def main() -> None:
    """As root ``sandbox.py PLAN COMMAND…``: shut the system and become the account; as that confine and run it."""
    plan_file, *command = sys.argv[1:]
    plan = json.loads(Path(plan_file).read_text())
    if os.getuid() == 0:
        shut(plan["writable"])
        os.umask(0o077)
        account = [f"--reuid={plan['account']}", f"--regid={plan['account']}", "--clear-groups"]
        rights = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
        again = [sys.executable, __file__, plan_file, *command]
        os.execvp("setpriv", ["setpriv", *account, *rights, *again])  # noqa: S606
    confine(plan["allowed"])
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
