"""How the checks are written: each prints one line, the first that fails ends the run."""
import json
import os
import subprocess
import sys
import threading
import time

import boto3

ENV = dict(os.environ, AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local", AWS_DEFAULT_REGION="us-east-1")
BUS = "bot-preferences-dev"


def check(what, ok, detail=""):
    if not ok:
        sys.exit(f"FAIL {what}: {detail}")
    print("ok  ", what)


def until(what, read, wanted, seconds=20):
    """Polls until read() gives what is wanted."""
    end, got = time.monotonic() + seconds, None
    while time.monotonic() < end:
        got = read()
        if wanted(got):
            print("ok  ", what)
            return got
        time.sleep(0.02)
    sys.exit(f"FAIL {what}: after {seconds} s still {got}")


def raises(what, exception, call, **wanted):
    """Checks that boto3 raises this very exception, and what it says where that matters."""
    try:
        got = call()
    except exception as error:
        detail = error.response["Error"]
        check(f"{what} is boto3's {exception.__name__}", all(detail[k] == v for k, v in wanted.items()), error.response)
        return error
    sys.exit(f"FAIL {what}: no error but {got}")


class Local:
    """One running localaws."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self._session, self._lock, self._clients = boto3.Session(), threading.Lock(), {}

    def client(self, name):
        """boto3's clients may be shared between threads, but not be made at the same time."""
        with self._lock:
            if name not in self._clients:
                self._clients[name] = self._session.client(name, **self._settings())
            return self._clients[name]

    def resource(self, name):
        with self._lock:
            return self._session.resource(name, **self._settings())

    def _settings(self):
        return dict(endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local")

    def aws(self, command, **flags):
        """Runs the AWS CLI; the answer is parsed unless another output than JSON is asked for."""
        done = self._run(command, flags)
        check(f"aws {command} {_short(flags)}".rstrip(), done.returncode == 0 and not done.stderr, (done.args, done.stderr))
        if flags.get("output", "json") != "json":
            return done.stdout
        return json.loads(done.stdout) if done.stdout else None

    def refused(self, command, code, says="", operation="", **flags):
        """Checks the one line that the AWS CLI prints of an error. Version 1 ends with 255 then, version 2 with 254."""
        done = self._run(command, flags)
        operation = operation or "".join(word.capitalize() for word in command.split()[1].split("-"))
        line = done.stderr.strip()
        wanted = f"An error occurred ({code}) when calling the {operation} operation: "
        ok = done.returncode in (254, 255) and done.stdout == "" and "\n" not in line and line.startswith(wanted) and says in line
        check(f"aws {command} {_short(flags)}".rstrip() + f" says {code}", ok, (done.returncode, done.stdout, done.stderr, wanted + says))

    def _run(self, command, flags):
        line = ["aws", "--endpoint-url", self.endpoint, *command.split()]
        for name, value in flags.items():
            line += ["--" + name.replace("_", "-"), *_words(value)]
        return subprocess.run(line, env=ENV, capture_output=True, text=True)


def _words(value):
    """A flag's value as a person types it: True is a flag alone, a tuple is several words, anything else not text is JSON."""
    if value is True:
        return []
    if isinstance(value, tuple):
        return list(value)
    return [value if isinstance(value, str) else json.dumps(value)]


def _short(flags):
    return " ".join(name.replace("_", "-") for name in flags)
