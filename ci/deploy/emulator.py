"""MiniStack as a process of its own on a free port of 127.0.0.1.

It runs with AUTH=true, so that signatures, roles and the policies of queues count, and with TLS, because our queues refuse
whoever comes without. Each function below that exists only because MiniStack is not AWS says so.
"""
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

REGION = "us-east-1"
ACCOUNT = "000000000000"  # MiniStack's
ROOT_KEY = "test"  # MiniStack takes it for the account's root user, who may do everything


class Emulator:
    def __init__(self, work):
        self.work = Path(work)
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.certificate, self.key = certificate(self.work)
        self.log = self.work / "ministack.log"
        self.process = None

    def start(self):
        # Not the command "ministack": that one takes port 443 as well wherever it may.
        command = [sys.executable, "-m", "hypercorn", "ministack_with_stand_ins:app", "--bind", f"127.0.0.1:{self.port}",
                   "--certfile", self.certificate, "--keyfile", self.key, "--workers", "0"]
        temporary = self.work / "tmp"
        temporary.mkdir()
        environment = {
            "PYTHONPATH": str(Path(__file__).parent), "PYTHONDONTWRITEBYTECODE": "1",
            "PATH": os.environ["PATH"], "HOME": str(self.work), "TMPDIR": str(temporary), "AUTH": "true", "USE_SSL": "1",
            "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port), "MINISTACK_HOST": "127.0.0.1",
            **self.credentials(),  # the functions inherit address and certificate from here
        }
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, env=environment, cwd=self.work, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, start_new_session=True)
        self.wait_until_healthy(30)

    def credentials(self):
        """The environment of an AWS client that must reach this emulator and nothing else."""
        nowhere = str(self.work / "none")
        return {
            "AWS_ENDPOINT_URL": self.url, "AWS_CA_BUNDLE": self.certificate, "NODE_EXTRA_CA_CERTS": self.certificate,
            "AWS_ACCESS_KEY_ID": ROOT_KEY, "AWS_SECRET_ACCESS_KEY": ROOT_KEY, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": nowhere, "AWS_SHARED_CREDENTIALS_FILE": nowhere, "AWS_EC2_METADATA_DISABLED": "true",
        }

    def wait_until_healthy(self, seconds):
        context = ssl.create_default_context(cafile=self.certificate)
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(self.url + "/_ministack/health", timeout=2, context=context):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        sys.exit("FAIL MiniStack does not start")

    def stop(self):
        """Ends MiniStack with the functions that it runs: they are in its process group."""
        if self.process is None:
            return
        for number, seconds in [(signal.SIGTERM, 5), (signal.SIGKILL, 5)]:
            try:
                os.killpg(self.process.pid, number)
                self.process.wait(seconds)
            except ProcessLookupError:
                return
            except subprocess.TimeoutExpired:
                pass

    def left(self):
        """What still runs in MiniStack's process group, where /proc tells."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
            except (FileNotFoundError, ProcessLookupError):
                continue
            state, _, group = rest.split()[:3]
            if group == str(self.process.pid) and state != "Z":  # a zombie has ended; its new parent has yet to notice
                found.append(name)
        return found

    def said(self, lines):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def certificate(work):
    """A certificate for 127.0.0.1, from a program that every Go installation carries."""
    root = subprocess.run(["go", "env", "GOROOT"], check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run(["go", "run", f"{root}/src/crypto/tls/generate_cert.go", "--host", "127.0.0.1"],
                   cwd=work, check=True, capture_output=True)
    return str(work / "cert.pem"), str(work / "key.pem")


def http_api_host(api_id, port):
    """Where MiniStack serves an HTTP API. HttpApiUrl names AWS's own host, which MiniStack does not answer to."""
    return f"{api_id}.execute-api.127.0.0.1:{port}"
