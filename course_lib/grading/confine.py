"""Takes from the process that calls it what a learner's code must not have. Linux only, by system calls.

``leave`` moves to new namespaces, ``confine`` (in the first process of the new process namespace) gives up the rest:
an own /tmp, no /proc, no capability, no system call that reaches into the kernel's workshops or holds memory that no
limit counts, and limits on what it can use. Bubblewrap has already taken the network, the files and the other
processes of the machine; what is done here keeps one submission from the next, and from the trusted process that
forked it.
"""

import ctypes
import errno
import os
import platform
import resource
import struct

_LIBC = ctypes.CDLL(None, use_errno=True)
_NAMESPACES = 0x00020000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000  # mount, uts, ipc, user, pid
_NEW_NAMESPACE = 0x7E020080  # any of them, of clone(2)
_READ_ONLY, _NO_SUID, _NO_DEVICES = 1, 2, 4  # of mount(2)
_SET_DUMPABLE, _SECCOMP, _DROP_BOUND, _SUBREAPER, _NO_NEW_PRIVILEGES, _AMBIENT = 4, 22, 24, 36, 38, 47  # of prctl(2)
_CLEAR_ALL = 4
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN, _RETURN_ERROR = 0x20, 0x15, 0x35, 0x45, 0x06, 0x00050000  # seccomp(2)
_FAMILIES = (1, 16)  # of sockets: unix, netlink. Those of inet leave traces behind, and vsock knows no namespaces
_INSIDE = 1000
"""The user and the group as the learner's code sees itself."""

_DENIED = {
    "shmget": (29, 194),
    "sendmsg": (46, 211),
    "semget": (64, 190),
    "msgget": (68, 186),
    "ptrace": (101, 117),
    "syslog": (103, 116),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "sync": (162, 81),
    "acct": (163, 89),
    "mount": (165, 40),
    "umount2": (166, 39),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "init_module": (175, 105),
    "delete_module": (176, 106),
    "quotactl": (179, 60),
    "io_setup": (206, 0),
    "mq_open": (240, 180),
    "kexec_load": (246, 104),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "vmsplice": (278, 75),
    "perf_event_open": (298, 241),
    "fanotify_init": (300, 262),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "syncfs": (306, 267),
    "sendmmsg": (307, 269),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "finit_module": (313, 273),
    "memfd_create": (319, 279),
    "kexec_file_load": (320, 294),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "pidfd_getfd": (438, 438),
    "mount_setattr": (442, 442),
    "quotactl_fd": (443, 443),
    "memfd_secret": (447, 447),
    "open_tree_attr": (467, 467),
}
"""System calls that are refused, with their numbers on the machines of ``_MACHINES``, in their order.

Among them are those that hold memory outside of every process and file (``shmget``, ``memfd_create``, ``vmsplice``),
that use up what the whole machine shares (``io_setup``, ``sync``), and ``sendmsg``: it could hand the judge an open
file, and the judge would wait as long as it takes to close it.
"""

_MACHINES = {"x86_64": (0xC000003E, 56, 41, 53), "aarch64": (0xC00000B7, 220, 198, 199)}
"""What seccomp(2) calls them, and the numbers of clone(2), socket(2) and socketpair(2) there."""

_CLONE3 = 435


def _check(result):
    """Raise what a system call of C reports by a negative number."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def adopt_orphans():
    """Become the parent of grandchildren whose parent has ended."""
    _check(_LIBC.prctl(_SUBREAPER, 1, 0, 0, 0))


def leave(user):
    """Move to new namespaces; the next child is the first process in them. Root becomes ``user`` first."""
    if os.getuid() == 0:  # limits on processes do not hold for root
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        _check(_LIBC.prctl(_SET_DUMPABLE, 1, 0, 0, 0))
    outside = {"uid": os.getuid(), "gid": os.getgid()}
    _check(_LIBC.unshare(_NAMESPACES))
    _write("/proc/self/setgroups", "deny")
    for kind, number in outside.items():
        _write(f"/proc/self/{kind}_map", f"{_INSIDE} {number} 1")
    _write("/proc/self/oom_score_adj", "1000")


def _write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def confine(limits):
    """Give up everything that the learner's code has no use for. ``limits``: as for ``limit``."""
    for place, flags in (("/tmp", 0), ("/dev/shm", 0), ("/proc", _READ_ONLY)):
        options = f"size={limits['disk']},nr_inodes=10000,mode=755"
        _check(_LIBC.mount(b"tmpfs", place.encode(), b"tmpfs", _NO_SUID | _NO_DEVICES | flags, options.encode()))
    for capability in range(64):
        if _LIBC.prctl(_DROP_BOUND, capability, 0, 0, 0) < 0:
            break  # that was the last one that this kernel has
    _check(_LIBC.prctl(_AMBIENT, _CLEAR_ALL, 0, 0, 0))
    _check(_LIBC.capset(struct.pack("Ii", 0x20080522, 0), bytes(24)))
    _check(_LIBC.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _filter_system_calls()
    limit(limits)
    for what, most in (
        (resource.RLIMIT_NPROC, limits["processes"]),
        (resource.RLIMIT_SIGPENDING, 1000),  # timers too: all processes of a user share what there is
        (resource.RLIMIT_RTPRIO, 0),  # where sound is made, users may have more, and could stop the machine
        (resource.RLIMIT_NICE, 0),
    ):
        resource.setrlimit(what, (most, most))


def limit(limits):
    """Limit this process and its children: ``memory``, ``disk`` (a file; bytes), ``seconds`` of computing."""
    for what, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["seconds"]),
        (resource.RLIMIT_FSIZE, limits["disk"]),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 1),  # with 0, the machine's handler of crashes, if it has one, would be started
    ):
        resource.setrlimit(what, (most, most))


def _filter_system_calls():
    """Let the kernel refuse system calls: a small program in its own language looks at the number of each."""
    if platform.machine() not in _MACHINES:
        return
    column = list(_MACHINES).index(platform.machine())
    machine, clone, *sockets = _MACHINES[platform.machine()]
    refuse, missing, go_on = _RETURN_ERROR | errno.EPERM, _RETURN_ERROR | errno.ENOSYS, 0x7FFF0000
    program = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, machine), (_RETURN, 0, 0, refuse), (_LOAD, 0, 0, 0)]
    program += [(_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, missing)]  # the same calls under other numbers
    program += [(_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, missing)]  # its flags cannot be seen; libraries fall back
    for numbers in _DENIED.values():
        program += [(_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, refuse)]
    program += [(_EQUAL, 0, 3, clone), (_LOAD, 0, 0, 16), (_ANY_BIT, 0, 1, _NEW_NAMESPACE), (_RETURN, 0, 0, refuse)]
    last = len(_FAMILIES)
    program += [(_EQUAL, 1, 0, sockets[0]), (_EQUAL, 0, last + 2, sockets[1]), (_LOAD, 0, 0, 16)]
    program += [(_EQUAL, last - place, 0, family) for place, family in enumerate(_FAMILIES)]
    program += [(_RETURN, 0, 0, _RETURN_ERROR | errno.EAFNOSUPPORT), (_RETURN, 0, 0, go_on)]
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code)
    header = struct.pack("HxxxxxxQ" if struct.calcsize("P") == 8 else "HxxI", len(program), ctypes.addressof(buffer))
    _check(_LIBC.prctl(_SECCOMP, 2, header, 0, 0))
