"""Headless Chromium for tests, over DevTools' pipe: no driver, no network, no further package."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self


class Page:
    """A page in a browser of its own.

    Parameters
    ----------
    html
        The page; it is opened from disk, without a network.
    """

    def __init__(self, html: bytes) -> None:
        self._folder = Path(tempfile.mkdtemp())
        self._number = 0
        self.errors: list[str] = []
        """What the page complained of, and every address that it tried to reach."""
        (self._folder / "page.html").write_bytes(html)
        self._start()
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self.call(f"{domain}.enable")
        self.call("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        self.call("Page.navigate", url=(self._folder / "page.html").as_uri())

    def _start(self) -> None:
        browser = next(
            path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))
        )
        hears, self._write = os.pipe()
        self._read, speaks = os.pipe()
        flags = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --remote-debugging-pipe --lang=vi"
        command = f'exec "$0" {flags} --window-size=1000,1400 --user-data-dir="$1" 3<&{hears} 4>&{speaks}'
        self._process = subprocess.Popen(
            ["bash", "-c", command, browser, str(self._folder / "profile")],
            pass_fds=(hears, speaks),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(hears)
        os.close(speaks)
        self._session = ""
        self._rest = b""

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)
        for end in (self._read, self._write):
            os.close(end)
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, method: str, **parameters: object) -> dict:
        """Call DevTools and wait for the answer; what the page says meanwhile is noted."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                return answer["result"]
            self._note(answer)

    def run(self, script: str) -> object:
        """Evaluate JavaScript; a promise is waited for."""
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def wait_for(self, script: str, seconds: float = 60) -> object:
        """Evaluate until the answer is true, and return it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := self.run(script):
                return found
            time.sleep(0.05)
        raise AssertionError(f"never true: {script}\n{self.errors}")

    def type(self, text: str) -> None:
        """Type with keys into whatever has the focus."""
        for letter in text:
            self.call("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter)
            self.call("Input.dispatchKeyEvent", type="keyUp", key=letter)

    def press(self, key: str, code: int) -> None:
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def _receive(self) -> dict:
        while b"\0" not in self._rest:
            self._rest += os.read(self._read, 1 << 20)
        whole, _, self._rest = self._rest.partition(b"\0")
        return json.loads(whole)

    def _note(self, event: dict) -> None:
        what, said = event.get("method", ""), event.get("params", {})
        if what == "Runtime.exceptionThrown":
            self.errors.append(said["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif what == "Network.requestWillBeSent" and not said["request"]["url"].startswith(("file:", "data:", "blob:")):
            self.errors.append(said["request"]["url"])
