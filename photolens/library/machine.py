"""What this machine is and where its limits lie, for bug reports. What it does not tell is left out."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from photolens.words import file_size

_INOTIFY = Path("/proc/sys/fs/inotify")


def system() -> str:
    """The operating system, as its maker calls it, and its kernel."""
    with suppress(OSError):
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']} ({platform.platform(terse=True)})"
    return platform.platform()


def desktop() -> str:
    """What shows the windows; empty where nothing does."""
    names = ("XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM")
    return ", ".join(value for name in names if (value := os.environ.get(name)))


def packages() -> dict[str, str]:
    """Versions of the Python packages that PhotoLens needs, without importing them."""
    found = {}
    for line in metadata.requires("photolens") or []:
        requirement, _, condition = line.partition(";")
        name = requirement.split("[")[0].split("<")[0].split(">")[0].split("=")[0].strip()
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
        if not condition:
            found.setdefault(name, "missing")
    return found


def cores() -> str:
    """How many there are, and how many we may use."""
    count = os.cpu_count() or 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else count
    return f"{count}" if usable == count else f"{usable} of {count}"


def memory() -> str:
    """All there is, and what is free; empty where the system does not tell that way."""
    with suppress(OSError, ValueError, KeyError):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        kilobytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
        total, free = (file_size(1024 * kilobytes[name]) for name in ("MemTotal", "MemAvailable"))
        return f"{total}, {free} free"
    with suppress(OSError, ValueError, AttributeError):
        return file_size(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return ""


def open_files() -> str:
    """How many this process may have open; empty where there is no such limit."""
    if sys.platform == "win32":
        return ""
    import resource  # not on Windows

    soft, hard = (
        "no limit" if limit == resource.RLIM_INFINITY else f"{limit:,}"
        for limit in resource.getrlimit(resource.RLIMIT_NOFILE)
    )
    return f"{soft} (at most {hard})"


def watches() -> str:
    """How many folders may be watched on Linux; empty elsewhere."""
    names = {"max_user_watches": "folders", "max_user_instances": "programs", "max_queued_events": "events"}
    found = []
    for name, what in names.items():
        with suppress(OSError, ValueError):
            found.append(f"{int((_INOTIFY / name).read_text(encoding='ascii')):,} {what}")
    return ", ".join(found)


def disk(folder: Path) -> str:
    """The file system below a folder, and its room. Raises OSError."""
    usage = shutil.disk_usage(folder)
    kind = file_system(folder)
    return f"{kind + ', ' if kind else ''}{file_size(usage.free)} of {file_size(usage.total)} free"


def file_system(folder: Path) -> str:
    """What Linux calls the file system that holds a folder; empty where that is not known."""
    best, kind = "", ""
    with suppress(OSError):
        where = os.path.realpath(folder)
        for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            mount, _, what = line.partition(" - ")
            point = mount.split()[4].replace("\\040", " ")
            inside = where == point or where.startswith(point.rstrip("/") + "/")
            if inside and len(point) >= len(best):  # a later mount at the same place hides the earlier
                best, kind = point, what.split()[0]
    return kind
