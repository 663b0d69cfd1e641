package safeguards

func tableRules() []Rule {
	return []Rule{
		{Statement: "a table can be restored to any second", Type: "AWS::DynamoDB::Table", Applies: lasting, Broken: func(_ *Template, r *Resource) string {
			return unless(r.at("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") == true, "point-in-time recovery is off")
		}},
		{Statement: "a table is encrypted with a key whose use is logged", Type: "AWS::DynamoDB::Table", Broken: func(_ *Template, r *Resource) string {
			return unless(r.at("SSESpecification", "SSEEnabled") == true, "SSESpecification is off")
		}},
		{Statement: "a table is protected from deletion", Type: "AWS::DynamoDB::Table", Stages: []string{"prod"}, Applies: lasting, Broken: func(_ *Template, r *Resource) string {
			return unless(r.at("DeletionProtectionEnabled") == true, "DeletionProtectionEnabled is not true")
		}},
		{Statement: "a table outlives its stack, and its replacement", Type: "AWS::DynamoDB::Table", Stages: []string{"prod"}, Applies: lasting, Broken: func(_ *Template, r *Resource) string {
			return unless(r.DeletionPolicy == "Retain" && r.UpdateReplacePolicy == "Retain", "DeletionPolicy is %q, UpdateReplacePolicy %q", r.DeletionPolicy, r.UpdateReplacePolicy)
		}},
		{Statement: "a record of a limited time is in no backup, and goes with its stack", Type: "AWS::DynamoDB::Table", Applies: passing, Broken: func(_ *Template, r *Resource) string {
			switch {
			case r.at("TimeToLiveSpecification", "Enabled") != true:
				return "nothing of it expires"
			case r.at("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") == true:
				return "its backup keeps what was erased"
			}
			return unless(r.DeletionPolicy == "Delete" && r.UpdateReplacePolicy == "Delete", "DeletionPolicy is %q, UpdateReplacePolicy %q", r.DeletionPolicy, r.UpdateReplacePolicy)
		}},
	}
}

// passing tells whether a table only records what happened lately: its metadata says so.
func passing(_ *Template, r *Resource) bool { return r.Metadata["Record"] != nil }

func lasting(t *Template, r *Resource) bool { return !passing(t, r) }
