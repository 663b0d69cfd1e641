"""A stack's life: it is deployed, updated, rolled back and removed, with the commands of docs/deploy.md."""
import json
from collections import Counter

from account import Account
from checks import check, refused, until
from deployment import Deployment, Skill
from osls import Osls

# What a mapping does with its function's role, by the service that it polls, and with its destination
# (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html, .../services-ddb-create.html, .../services-dynamodb-errors.html).
POLLING = {"sqs": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
           "dynamodb": ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]}
REPORTING = ["sqs:SendMessage"]
BATCH_SIZE = 7  # another than serverless.yml has anywhere


def deploy(osls: Osls, account: Account, empty, stage="dev"):
    osls.must("deploy", "--stage", stage)
    deployment, template = Deployment(account, stage), osls.template()
    complete(deployment, template)
    exists(account, template, empty)
    resolved(deployment, template)
    mappings_may_poll(deployment)
    return deployment


def complete(deployment, template):
    """The stack holds what the template names, all of it done, and its outputs are values."""
    client = deployment.account.client("cloudformation")
    pages = client.get_paginator("list_stack_resources").paginate(StackName=deployment.name)
    resources = [one for page in pages for one in page["StackResourceSummaries"]]
    names = {one["LogicalResourceId"]: one["ResourceType"] for one in resources}
    wanted = {name: one["Type"] for name, one in template["Resources"].items()}
    check(f"the stack has the template's {len(wanted)} resources", names == wanted, set(names.items()) ^ set(wanted.items()))
    undone = [one for one in resources
              if one["ResourceStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE") or not one.get("PhysicalResourceId")]
    check("each of them is complete", not undone, undone)
    check("the stack has the template's outputs", set(deployment.outputs) == set(template["Outputs"]), deployment.outputs)
    check("each of them is a value", all(map(is_value, deployment.outputs.values())), deployment.outputs)


def is_value(text):
    return isinstance(text, str) and text != "" and not any(sign in text for sign in ["Fn::", "${", "{", "None"])


def exists(account, template, empty):
    """Asks each service, not CloudFormation, whether the resources are there."""
    wanted = Counter(one["Type"] for one in template["Resources"].values())
    found = account.inventory()
    missing = {kind: (count - empty[kind], wanted[kind]) for kind, count in found.items() if count - empty[kind] != wanted[kind]}
    check("each service has what the template asks of it", not missing, f"found, wanted: {missing}")


def resolved(deployment, template):
    """What refers to another resource of the template says its real name."""
    for function in (one["Properties"] for one in template["Resources"].values() if one["Type"] == "AWS::Lambda::Function"):
        has = deployment.account.client("lambda").get_function_configuration(FunctionName=function["FunctionName"])
        values = has.get("Environment", {}).get("Variables", {})
        wanted = set(function["Environment"]["Variables"])
        check(f"the environment of {has['FunctionName']} resolves", set(values) == wanted and all(map(is_value, values.values())), values)
    attributes = deployment.sqs.get_queue_attributes(QueueUrl=deployment.queue, AttributeNames=["All"])["Attributes"]
    redrive = json.loads(attributes.get("RedrivePolicy", "{}"))
    check("the change queue redrives to its dead letters", redrive.get("deadLetterTargetArn") == deployment.arn(deployment.dead), attributes)


def mappings_may_poll(deployment):
    """MiniStack polls queues and streams without a look at the role, so its IAM is asked."""
    client = deployment.account.client("lambda")
    for mapping in deployment.account.listed("lambda", "list_event_source_mappings", "EventSourceMappings"):
        function = client.get_function_configuration(FunctionName=mapping["FunctionArn"])
        source = mapping["EventSourceArn"]
        asked = [(source, POLLING[source.split(":")[2]])]
        asked += [(one["Destination"], REPORTING) for one in mapping.get("DestinationConfig", {}).values() if one.get("Destination")]
        for resource, actions in asked:
            answer = deployment.account.client("iam").simulate_principal_policy(
                PolicySourceArn=function["Role"], ActionNames=actions, ResourceArns=[resource])["EvaluationResults"]
            denied = [one for one in answer if one["EvalDecision"] != "allowed"]
            check(f"the role of {function['FunctionName']} allows {', '.join(actions)}", len(answer) == len(actions) and not denied, denied)


def batch_size(deployment):
    """Of the mapping from the change queue."""
    mappings = deployment.account.client("lambda").list_event_source_mappings(EventSourceArn=deployment.arn(deployment.queue))
    return [one["BatchSize"] for one in mappings["EventSourceMappings"]]


def update_and_roll_back(osls: Osls, dev: Deployment, skill: Skill):
    """Parameters change and come back; the data stays, and changes go through in between."""
    kept, before = dev.item("u-bus"), batch_size(dev)
    osls.must("deploy", "--stage", "dev", "--param", f"changeBatchSize={BATCH_SIZE}")
    check("the update changed the batch size", batch_size(dev) == [BATCH_SIZE] != before, batch_size(dev))
    goes_on(dev, skill, kept, "u-updated")
    first, _ = osls.deployments("dev")
    osls.must("rollback", "--stage", "dev", "--timestamp", first)
    check("the rollback brought the batch size back", batch_size(dev) == before, batch_size(dev))
    goes_on(dev, skill, kept, "u-rolled-back")


def goes_on(dev, skill, kept, user):
    check("the profiles are as they were", dev.item("u-bus") == kept, dev.item("u-bus"))
    dev.publish({"user_id": user, "preferences": {"tone": "formal"}})
    skill.announced(dev.shows(user, {"tone": "formal"}))


def remove(osls: Osls, account: Account, empty):
    osls.must("remove", "--stage", "dev")
    check("the removal leaves nothing", account.inventory() == empty, account.inventory())


def production_is_protected(osls: Osls, account: Account, empty):
    """Three times, as docs/deploy.md says: the stack, the table in the stack, the table itself."""
    prod = deploy(osls, account, empty, "prod")
    prod.publish({"user_id": "u-kept", "preferences": {"tone": "formal"}})
    prod.shows("u-kept", {"tone": "formal"})
    kept = prod.item("u-kept")
    code, said = osls.run("remove", "--stage", "prod")
    check("osls remove refuses to remove prod", code != 0, said)
    check("and its table is as it was", prod.item("u-kept") == kept)

    cloudformation = account.client("cloudformation")
    cloudformation.update_termination_protection(StackName=prod.name, EnableTerminationProtection=False)
    osls.must("remove", "--stage", "prod")
    check("the table stays when prod is removed", prod.item("u-kept") == kept)
    refused("and nobody deletes it as it is", lambda: prod.table.delete_table(TableName=prod.name), "ValidationException")
    prod.table.update_table(TableName=prod.name, DeletionProtectionEnabled=False)
    prod.table.delete_table(TableName=prod.name)
    until("then nothing is left of prod", account.inventory, lambda found: found == empty)
