"""An X server without a monitor, and pictures of what it shows."""

from __future__ import annotations

import os
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from PIL import Image

_SIZE = "1280x800x24"
# XWD: 25 numbers of 32 bits, the highest byte first; then the window's name and the colour map.
_HEADER = struct.Struct(">25I")
_HEADER_SIZE, _WIDTH, _HEIGHT, _LINE_BYTES, _COLOURS = 0, 4, 5, 12, 19
_COLOUR_BYTES = 12


class Screen:
    """Used with `with`; `environment` is what a program needs to find it."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._folder = tempfile.TemporaryDirectory()
        self.environment: dict[str, str] = {}

    def __enter__(self) -> Screen:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", _SIZE, "-nolisten", "tcp", "-ac"]
        command += ["-fbdir", self._folder.name]
        self._server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise OSError("Xvfb does not start")
        self.environment = {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.terminate()
        self._server.wait()
        self._folder.cleanup()

    def picture(self) -> Image.Image:
        """What is on the screen now."""
        content = Path(self._folder.name, "Xvfb_screen0").read_bytes()
        header = _HEADER.unpack_from(content)
        start = header[_HEADER_SIZE] + _COLOUR_BYTES * header[_COLOURS]
        size, line = (header[_WIDTH], header[_HEIGHT]), header[_LINE_BYTES]
        pixels = content[start : start + line * size[1]]
        return Image.frombytes("RGB", size, pixels, "raw", "BGRX", line)

    def save(self, name: str) -> Path:
        file = self._out / name
        self.picture().save(file)
        return file

    def press(self, key: str) -> None:
        """Press a key for the window that has the keyboard."""
        subprocess.run(["xdotool", "key", key], env={**os.environ, **self.environment}, check=True)

    def wait_for_window(self, title: str, seconds: float) -> bool:
        """Wait until there is a window that is called so, and then for what it shows."""
        command = ["xdotool", "search", "--sync", "--onlyvisible", "--name", f"^{title}$"]
        try:
            environment = {**os.environ, **self.environment}
            subprocess.run(command, env=environment, timeout=seconds, check=True, stdout=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return False
        time.sleep(1)
        return True

    def wait_for_colours(self, count: int, seconds: float, program: subprocess.Popen[str]) -> None:
        """Wait until the screen shows so many different colours, and the same for a second.

        Raises TimeoutError, with a picture left of what there was instead.
        """
        until, last = time.monotonic() + seconds, b""
        while time.monotonic() < until and program.poll() is None:
            picture = self.picture()
            now = picture.tobytes()
            if now == last and picture.getcolors(count) is None:
                return
            last = now
            time.sleep(1)
        said = program.communicate()[0] if program.poll() is not None else ""
        raise TimeoutError(f"no window with photos; the screen is in {self.save('failed.png')}. {said}")
