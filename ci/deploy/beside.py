"""Another service beside the pipeline: examples/skill is deployed as its README says, keeps its copies, and is removed again."""
from checks import check, until
from deployment import Deployment
from lifecycle import is_value, mappings_may_poll
from osls import Osls


def follows(greeter: Osls, pipeline: Deployment):
    account = pipeline.account
    before = account.inventory()
    greeter.must("deploy", "--stage", "dev")
    stack = account.client("cloudformation").describe_stacks(StackName="greeter-dev")["Stacks"][0]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    check("the outputs of the skill's stack are values", all(map(is_value, outputs.values())), outputs)
    mappings_may_poll(pipeline)  # all that there are: the skill's too

    def copy():
        return pipeline.table.get_item(TableName=outputs["TableName"], Key={"user_id": {"S": "u-greeter"}}).get("Item", {})

    def kept(item):
        return {name: value for name, value in item.items() if name.startswith("p.")}

    pipeline.publish({"user_id": "u-greeter", "preferences": {"language": "fr", "city": "Lyon"}})
    profile = pipeline.shows("u-greeter", {"language": "fr", "city": "Lyon"})
    item = until("the skill has a copy", copy, lambda item: item.get("revision") == {"N": str(profile["revision"])})
    check("of what it follows, and of nothing else", kept(item) == {"p.language": {"S": '"fr"'}}, item)

    pipeline.call("DELETE", "u-greeter", None, {"Prefer": "wait=5"})
    until("what is erased goes from the copy", copy, lambda item: not kept(item) and int(item["revision"]["N"]) > profile["revision"])
    for name in ["InboxUrl", "DeadLetterQueueUrl"]:
        has = pipeline.sqs.get_queue_attributes(QueueUrl=outputs[name], AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
        check(f"nothing is left in the skill's {name}", set(has.values()) == {"0"}, has)
    greeter.must("remove", "--stage", "dev")
    check("the skill's removal leaves the pipeline", account.inventory() == before, account.inventory())
