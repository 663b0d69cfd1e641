"""Reads a profile over the pipeline's HTTP API: what a subscriber needs where it did not fit into its announcement."""
import os
import urllib.error
import urllib.parse
import urllib.request

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

import strict
from subscriber import Copy, among

TIMEOUT = 3  # s


def reader(api):
    """read(user_id) for Subscriber. The credentials need execute-api:Invoke on GET /preferences."""
    session = boto3.Session()

    def read(user_id):
        # Not in the path: a user id may be anything, "." and "/" included.
        signed = AWSRequest("GET", api.rstrip("/") + "/preferences?" + urllib.parse.urlencode({"user_id": user_id}, quote_via=urllib.parse.quote, safe=""))
        SigV4Auth(session.get_credentials(), "execute-api", session.region_name).add_auth(signed)
        try:
            with urllib.request.urlopen(urllib.request.Request(signed.url, headers=dict(signed.headers)), timeout=TIMEOUT) as answer:
                profile = strict.loads(answer.read())
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            profile = strict.loads(error.read())  # nothing is visible; the revision is known where there was something
        preferences = profile.get("preferences", {})
        return Copy(profile.get("revision", 0), preferences, among(preferences, profile.get("inferred_keys", ())))

    return read


def reader_from_environment():
    """None where PREFERENCES_API is not set: what is truncated then stays unknown until it fits again."""
    api = os.environ.get("PREFERENCES_API")
    return reader(api) if api else None
