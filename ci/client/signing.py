"""The signed curl commands of the documents, against a server that checks signatures as AWS does. None of it leaves this machine."""
import re
import subprocess
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .checks import ENV, check

DOCS = Path(__file__).parents[2] / "docs"
TOKEN = "a/token+of=="
LEAST = (7, 86)  # of curl, as the documents name it


def drive():
    version = subprocess.run(["curl", "--version"], capture_output=True, text=True).stdout.split()[1]
    check(f"curl {version} signs session tokens", tuple(map(int, re.findall(r"\d+", version)[:2])) >= LEAST)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Verifier)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        for page in ["http.md", "deploy.md"]:
            signed(page, f"http://127.0.0.1:{server.server_port}", version)
    finally:
        server.shutdown()


def signed(page, api, version):
    """Runs a page's command as it stands, for its user and for others; and with other methods."""
    text = (DOCS / page).read_text("utf-8")
    check(f"{page} names the least version of curl", f"curl {LEAST[0]}.{LEAST[1]} or newer" in text)
    found = re.findall(r"^curl --aws-sigv4 .*?[^\\]\n", text, re.MULTILINE | re.DOTALL)
    check(f"{page} has a signed command", len(found) == 1, found)
    check(f"{page} shows a user that needs encoding", "user_id=tg%3A1001" in found[0], found)
    for written, user in [("tg%3A1001", "tg:1001"), ("sam", "sam"), ("a%2Fb%3Fc%26d%25", "a/b?c&d%"), ("%C3%BC%20x", "ü x")]:
        line = found[0].strip().replace("tg%3A1001", written)
        for more in ["", " -X DELETE", """ -X PATCH -d '{"language":"fr"}'"""]:
            done = subprocess.run(["bash", "-c", line + " -sS -m 10" + more], capture_output=True, text=True,
                                  env={**ENV, "AWS_SESSION_TOKEN": TOKEN, "HttpApiUrl": api})
            check(f"{page}: curl {version} signs {written}{more}", done.stdout == f"signed {user}", done.stdout + done.stderr)


class Verifier(BaseHTTPRequestHandler):
    """Answers whose profile was asked for, or what the signature should have been."""

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        given = self.headers["Authorization"]
        fields = dict(field.split("=", 1) for field in given.split(" ", 1)[1].split(", "))
        names = fields["SignedHeaders"].split(";")
        # botocore encodes the path once more, and the query after decoding it: so does AWS with what arrives.
        request = AWSRequest(self.command, f"http://{self.headers['Host']}{path}", data=body, params=urllib.parse.parse_qsl(query))
        for name in names:
            request.headers[name] = self.headers[name]
        request.context["timestamp"] = self.headers["X-Amz-Date"]
        auth = SigV4Auth(Credentials(ENV["AWS_ACCESS_KEY_ID"], ENV["AWS_SECRET_ACCESS_KEY"]), "execute-api", "us-east-1")
        wanted = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
        users = urllib.parse.parse_qs(query).get("user_id", [])
        ok = wanted == fields["Signature"] and "x-amz-security-token" in names and path == "/preferences"
        answer = f"signed {users[0]}" if ok and users else f"not signed: {self.command} {self.path} {given}"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer.encode())

    do_PATCH = do_DELETE = do_GET

    def log_message(self, *_):
        pass
