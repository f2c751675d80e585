"""What one submission may use."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one submission may use: seconds for a ``cell``, a ``call``, in ``total``; MB of ``memory`` and ``disk``."""

    cell: float = 10.0
    call: float = 5.0
    total: float = 60.0
    memory: int = 1024
    disk: int = 64
    processes: int = 32

    def inside(self):
        """The limits that the kernel watches, in seconds and bytes."""
        return {
            "seconds": int(self.total) + 1,
            "memory": self.memory << 20,
            "disk": self.disk << 20,
            "processes": self.processes,
        }
