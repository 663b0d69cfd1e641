package safeguards

func tableRules() []Rule {
	return []Rule{
		{Statement: "a table can be restored to any second", Type: "AWS::DynamoDB::Table", Broken: func(_ *Template, r *Resource) string {
			return unless(r.at("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") == true, "point-in-time recovery is off")
		}},
		{Statement: "a table is encrypted with a key whose use is logged", Type: "AWS::DynamoDB::Table", Broken: func(_ *Template, r *Resource) string {
			return unless(r.at("SSESpecification", "SSEEnabled") == true, "SSESpecification is off")
		}},
		{Statement: "a table is protected from deletion", Type: "AWS::DynamoDB::Table", Stages: []string{"prod"}, Broken: func(_ *Template, r *Resource) string {
			return unless(r.at("DeletionProtectionEnabled") == true, "DeletionProtectionEnabled is not true")
		}},
		{Statement: "a table outlives its stack, and its replacement", Type: "AWS::DynamoDB::Table", Stages: []string{"prod"}, Broken: func(_ *Template, r *Resource) string {
			return unless(r.DeletionPolicy == "Retain" && r.UpdateReplacePolicy == "Retain", "DeletionPolicy is %q, UpdateReplacePolicy %q", r.DeletionPolicy, r.UpdateReplacePolicy)
		}},
	}
}
