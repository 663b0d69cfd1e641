package stack_test

import "testing"

func TestRefusesOtherArchives(t *testing.T) {
	const name, source, retention = "        ArchiveName: placed\n", "        SourceArn: !GetAtt Bus.Arn\n", "        RetentionDays: '3'\n"
	refuseAll(t, []refusal{
		{"no bus", source, "", "Archive.Properties.SourceArn: is missing: an archive is of a bus"},
		{"a bus of its name", source, "        SourceArn: !Ref Bus\n", "Archive.Properties.SourceArn: is not the ARN of an event bus of this region and account"},
		{"a bus of elsewhere", source, "        SourceArn: !Sub arn:aws:events:${AWS::Region}:${AWS::AccountId}:event-bus/none\n", `"none" is not the name of an event bus of this stack`},
		{"retention", retention, "        RetentionDays: -1\n", "Archive.Properties.RetentionDays: must be between 0 and"},
		{"unknown property", retention, "        KmsKeyIdentifier: mine\n", "Archive.Properties.KmsKeyIdentifier: localaws does not know this property of an archive"},
		{"pattern as text", name + source + "        EventPattern: {source: [shop]}\n", name + source + "        EventPattern: shop\n", "Archive.Properties.EventPattern: EventPattern must be a map"},
	})
}
