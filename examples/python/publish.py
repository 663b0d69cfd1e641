"""Publishes what a bot learned about a user: python publish.py [--replace | --inferred] USER [KEY=VALUE ...]

A VALUE is JSON or plain text; null forgets the key. --replace forgets everything earlier. --inferred says that a bot concluded it, and
that the person did not state it.
"""
import os
import sys
import time
from typing import NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError

import strict
from ids import Ids

MAX_ENTRIES, MAX_BYTES = 10, 999_999  # of a request: PutEvents takes ten entries of less than 1 MB together
MAX_CHANGE = 128 * 1024  # bytes of one change's JSON text
RETRYABLE = ("ThrottlingException", "InternalFailure", "InternalException")


class Refused(NamedTuple):
    change: dict  # with its id
    code: str  # malformed and too_large: it was not sent and never can be. Others are the bus's own, or name a failed call
    message: str = ""


class Publisher:
    def __init__(self, events, bus, source):
        self._events, self._bus, self._source, self._ids = events, bus, source, Ids()

    def publish(self, changes, attempts=4):
        """Publishes changes of any number and size. Returns those that the bus did not take.

        What is returned may be published again as it is: with its id, one that got through all the same counts once.
        """
        checked = [self._checked(change) for change in changes]
        left, refused = [one for one in checked if not isinstance(one, Refused)], [one for one in checked if isinstance(one, Refused)]
        for attempt in range(attempts):
            if attempt and left:
                time.sleep(0.1 * 2**attempt)
            again = []
            for sent, failure in (failed for request in packed(left) for failed in self._put(request)):
                retry = failure.code in RETRYABLE and attempt + 1 < attempts
                again.append(sent) if retry else refused.append(failure)
            left = again
        return refused

    def _checked(self, change):
        """The change with its id, and its entry; or why it is not sent. It does not hold up the others."""
        change = {**change, "id": change.get("id") or self._ids.next()}
        try:
            detail = strict.dumps(change)
        except ValueError as error:
            return Refused(change, "malformed", str(error))
        if len(detail.encode()) > MAX_CHANGE:
            return Refused(change, "too_large", f"the change is over {MAX_CHANGE} bytes of JSON text")
        return change, self._entry(detail)

    def _entry(self, detail):
        return {"EventBusName": self._bus, "Source": self._source, "DetailType": "PreferenceChange", "Detail": detail}

    def _put(self, request):
        """Yields what of one request was not taken. A failed call is that of its own changes, not of those in other requests."""
        try:
            answers = self._events.put_events(Entries=[entry for _, entry in request])["Entries"]
        except ClientError as error:
            answers = [{"ErrorCode": error.response["Error"]["Code"], "ErrorMessage": str(error)}] * len(request)
        except BotoCoreError as error:  # no connection, no answer in time, no credentials: boto3 has tried it several times
            answers = [{"ErrorCode": type(error).__name__, "ErrorMessage": str(error)}] * len(request)
        for sent, answer in zip(request, answers):  # PutEvents answers 200 also where it took only some
            if "ErrorCode" in answer:
                yield sent, Refused(sent[0], answer["ErrorCode"], answer.get("ErrorMessage", ""))


def packed(sized):
    """Splits (change, entry) pairs into requests, in their order."""
    request, used = [], 0
    for sent in sized:
        size = sum(len(sent[1][name].encode()) for name in ("Source", "DetailType", "Detail"))  # what EventBridge counts
        if len(request) == MAX_ENTRIES or used + size > MAX_BYTES:
            yield request
            request, used = [], 0
        request.append(sent)
        used += size
    if request:
        yield request


def value(text):
    """JSON, or else the text itself. OverflowError: it is a number that would not arrive as it is."""
    try:
        return strict.loads(text)
    except ValueError:
        return text


def main(arguments):
    replace, inferred = "--replace" in arguments, "--inferred" in arguments
    words = [word for word in arguments if word not in ("--replace", "--inferred")]
    if not words or not all("=" in word for word in words[1:]) or not (replace or words[1:]) or replace and inferred:
        sys.exit(__doc__)
    pairs = (word.split("=", 1) for word in words[1:])
    try:
        preferences = {key: value(text) for key, text in pairs}
    except OverflowError as error:
        sys.exit(f"not published: {error}")
    change = {"user_id": words[0], "preferences": preferences, "replace": replace, "origin": "inferred" if inferred else "stated"}
    publisher = Publisher(boto3.client("events"), os.environ.get("BUS", "bot-preferences-dev"), "python-bot")
    for refused in publisher.publish([change]):
        sys.exit(f"not published: {refused.code}: {refused.message}")


if __name__ == "__main__":
    main(sys.argv[1:])
