"""Lambda: the pipeline's functions and event source mappings, by the AWS CLI and by boto3."""
from client.checks import BUS, check, raises, until

APPLY = BUS + "-applyPreferenceChanges"


def drive(local):
    client = local.client("lambda")
    names = local.aws("lambda list-functions", query="Functions[].FunctionName")
    check("the pipeline's functions are listed", APPLY in names and BUS + "-republishPreferences" in names, names)
    function = local.aws("lambda get-function-configuration", function_name=APPLY)
    said = [function[name] for name in ("State", "LastUpdateStatus", "Timeout", "MemorySize", "PackageType")]
    check("a function is described", said == ["Active", "Successful", 5, 256, "Zip"] and function["Environment"]["Variables"]["TABLE_NAME"] == BUS, function)
    local.refused("lambda get-function-configuration", "ResourceNotFoundException", "Function not found: arn:aws:lambda:", function_name="none")
    raises("a function that is not there", client.exceptions.ResourceNotFoundException,
           lambda: client.get_function_configuration(FunctionName="none"), Code="ResourceNotFoundException")
    mappings(local, client)


def mappings(local, client):
    mapping = local.aws("lambda list-event-source-mappings", function_name=APPLY)["EventSourceMappings"][0]
    check("its mapping is described", mapping["State"] == "Enabled" and mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
          and mapping["EventSourceArn"].endswith(":" + BUS + "-changes"), mapping)
    stream = client.list_event_source_mappings(FunctionName=BUS + "-republishPreferences")["EventSourceMappings"][0]
    check("boto3 reads that of the stream", stream["StartingPosition"] == "TRIM_HORIZON" and stream["MaximumRetryAttempts"] == 10000
          and stream["BisectBatchOnFunctionError"] and len(stream["FilterCriteria"]["Filters"]) == 2, stream)
    uuid = mapping["UUID"]
    answer = local.aws("lambda update-event-source-mapping", uuid=uuid, no_enabled=True)
    check("it is switched off", answer["State"] == "Disabling", answer)
    until("it is off", lambda: client.get_event_source_mapping(UUID=uuid)["State"], lambda state: state == "Disabled")
    answer = local.aws("lambda update-event-source-mapping", uuid=uuid, enabled=True)
    check("and on again", answer["State"] == "Enabling", answer)
    until("it is on", lambda: client.get_event_source_mapping(UUID=uuid)["State"], lambda state: state == "Enabled")
