"""A plain client that notes what was acknowledged. It never repeats a request by itself."""

import base64
import http.client
import json
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PIECE = 64 * 1024


@dataclass
class Answer:
    """Status, headers (lower case) and body of an answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Client:
    """One person's browser, reduced to requests. `cookies` sign it in."""

    port: int
    cookies: dict[str, str]
    token: str = field(default_factory=lambda: uuid.uuid4().hex)

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer | None:
        """Send one request; None where no whole answer came back: it may or may not have been carried out."""
        cookies = {**self.cookies, "csrftoken": self.token}
        named = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": self.token,
            "Origin": f"http://localhost:{self.port}",
            "Sec-Fetch-Mode": "cors",
            "Sec-Fetch-Site": "same-origin",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body or None, {**named, "Host": f"localhost:{self.port}"})
            response = connection.getresponse()
            answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        self._keep_cookies(answer)
        return answer

    def _keep_cookies(self, answer: Answer) -> None:
        head = answer.headers.get("set-cookie", "")
        if head.startswith("parvis_viewer="):
            self.cookies["parvis_viewer"] = head.split(";")[0].split("=", 1)[1]


@dataclass
class Upload:
    """A resumable upload of one file by tus: `advance` sends the next piece, or asks where to go on."""

    client: Client
    data: bytes
    location: str = ""
    offset: int = 0
    lost: bool = False
    acknowledged: bool = False

    @classmethod
    def of(cls, client: Client, path: Path) -> "Upload":
        return cls(client, path.read_bytes())

    def advance(self) -> None:
        if not self.location:
            self._create()
        elif self.lost:
            self._ask()
        else:
            self._send_piece()

    def _create(self) -> None:
        name = base64.b64encode(b"clip.mp4").decode()
        kind = base64.b64encode(b"video/mp4").decode()
        answer = self.client.send(
            "POST",
            "/uploads/",
            Tus_Resumable="1.0.0",
            Upload_Length=str(len(self.data)),
            Upload_Metadata=f"filename {name},filetype {kind}",
        )
        if answer and answer.status == 201:
            location = answer.headers["location"]
            self.location = location if location.startswith("/") else "/" + location.split("/", 3)[3]

    def _ask(self) -> None:
        answer = self.client.send("HEAD", self.location, Tus_Resumable="1.0.0")
        if answer and answer.status in (200, 204):
            self.offset, self.lost = int(answer.headers["upload-offset"]), False
            self.acknowledged = self.offset == len(self.data)

    def _send_piece(self) -> None:
        piece = self.data[self.offset : self.offset + PIECE]
        answer = self.client.send(
            "PATCH",
            self.location,
            piece,
            Tus_Resumable="1.0.0",
            Upload_Offset=str(self.offset),
            Content_Type="application/offset+octet-stream",
        )
        if answer and answer.status == 204:
            self.offset = int(answer.headers["upload-offset"])
            self.acknowledged = self.offset == len(self.data)
        else:
            self.lost = True
