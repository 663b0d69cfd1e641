"""The account in the emulator: clients, what exists in it, users with the permissions that the documents name, and signed
requests to the HTTP API."""
import http.client
import json
import ssl
import urllib.parse

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from emulator import REGION, ROOT_KEY, http_api_host

# How to list what a resource type stands for: the client, its call, and the list in the answer.
LISTS = {
    "AWS::ApiGatewayV2::Api": ("apigatewayv2", "get_apis", "Items"),
    "AWS::CloudWatch::Alarm": ("cloudwatch", "describe_alarms", "MetricAlarms"),
    "AWS::DynamoDB::Table": ("dynamodb", "list_tables", "TableNames"),
    "AWS::Events::EventBus": ("events", "list_event_buses", "EventBuses"),
    "AWS::IAM::Role": ("iam", "list_roles", "Roles"),
    "AWS::Lambda::EventSourceMapping": ("lambda", "list_event_source_mappings", "EventSourceMappings"),
    "AWS::Lambda::Function": ("lambda", "list_functions", "Functions"),
    "AWS::Logs::LogGroup": ("logs", "describe_log_groups", "logGroups"),
    "AWS::S3::Bucket": ("s3", "list_buckets", "Buckets"),
    "AWS::SNS::Topic": ("sns", "list_topics", "Topics"),
    "AWS::SQS::Queue": ("sqs", "list_queues", "QueueUrls"),
}

ROOT = Credentials(ROOT_KEY, ROOT_KEY)


class Account:
    def __init__(self, emulator):
        self.emulator = emulator

    def client(self, service, credentials=ROOT):
        return boto3.client(service, region_name=REGION, endpoint_url=self.emulator.url, verify=self.emulator.certificate,
                            aws_access_key_id=credentials.access_key, aws_secret_access_key=credentials.secret_key,
                            config=Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 2}))

    def inventory(self):
        """How many there are of each resource type that can be asked for. What is always there, or on its way out, is not counted."""
        found = {kind: len(self.listed(*how)) for kind, how in LISTS.items()}
        found["AWS::Events::EventBus"] -= 1  # "default", which every account has
        found["AWS::Events::Rule"] = sum(len(self.client("events").list_rules(EventBusName=bus["Name"])["Rules"])
                                         for bus in self.listed("events", "list_event_buses", "EventBuses"))
        kms = self.client("kms")
        keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in self.listed("kms", "list_keys", "Keys")]
        found["AWS::KMS::Key"] = sum(key["KeyState"] != "PendingDeletion" for key in keys)
        return found

    def listed(self, service, call, name):
        client = self.client(service)
        if not client.can_paginate(call):
            return getattr(client, call)().get(name, [])
        return [one for page in client.get_paginator(call).paginate() for one in page.get(name, [])]

    def user(self, name, *statements):
        """The credentials of a new user who may do this and nothing else."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=json.dumps({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in statements]}))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return Credentials(key["AccessKeyId"], key["SecretAccessKey"])

    def http(self, api_id, credentials, method, user, body=None, headers=None, query=None):
        """Calls /preferences/{user}, or /preferences where there is none, signed if there are credentials."""
        host = http_api_host(api_id, self.emulator.port)
        path = "/preferences" + ("/" + urllib.parse.quote(user, safe="") if user else "")
        path += "?" + urllib.parse.urlencode(query) if query else ""
        request = AWSRequest(method, f"https://{host}{path}", headers or {}, None if body is None else json.dumps(body))
        request.headers["Host"] = host
        if credentials:
            SigV4Auth(credentials, "execute-api", REGION).add_auth(request)
        context = ssl.create_default_context(cafile=self.emulator.certificate)
        connection = http.client.HTTPSConnection("127.0.0.1", self.emulator.port, timeout=20, context=context)
        try:
            connection.request(method, path, request.data, dict(request.headers))
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheader("ETag"), answer.read().decode())
        finally:
            connection.close()


class Answer:
    def __init__(self, status, etag, text):
        self.status, self.etag, self.text = status, etag, text

    def json(self):
        try:
            return json.loads(self.text)
        except ValueError:
            return {}

    def preferences(self):
        return self.json().get("preferences") if self.status == 200 else None

    def __repr__(self):
        return f"{self.status} {self.text}"
