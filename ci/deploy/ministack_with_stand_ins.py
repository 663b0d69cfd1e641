"""MiniStack, with stand-ins for the types of resources in serverless.yml that it does not have. They take part in change
sets, updates and removal as the others do, and do nothing; what must hold for such a resource is checked elsewhere."""
from ministack.app import app  # noqa: F401 what hypercorn serves
from ministack.services.cloudformation import provisioners

# The property that names each, which Ref gives (None: its logical id), and the attributes that the template asks for.
STAND_INS = {
    "AWS::CloudWatch::CompositeAlarm": ("AlarmName", ["Arn"]),
    "AWS::CodeDeploy::Application": (None, []),
    "AWS::CodeDeploy::DeploymentGroup": ("DeploymentGroupName", []),
    "AWS::Events::Archive": ("ArchiveName", []),
    "AWS::EventSchemas::Registry": ("RegistryName", ["RegistryName"]),
    "AWS::EventSchemas::Schema": ("SchemaName", []),
}


def stand_in(name, attributes):
    def create(logical_id, properties, _stack):
        return properties[name] if name else logical_id, {attribute: properties.get(attribute, f"arn:aws:stand-in:::{logical_id}") for attribute in attributes}

    def update(physical_id, _old, properties, _stack):
        return create(physical_id, properties, "")

    return {"create": create, "update": update, "delete": lambda _physical_id, _properties: None}


for kind, how in STAND_INS.items():
    if kind in provisioners._RESOURCE_HANDLERS:
        raise SystemExit(f"MiniStack has {kind} now: remove its stand-in")
    provisioners._RESOURCE_HANDLERS[kind] = stand_in(*how)
