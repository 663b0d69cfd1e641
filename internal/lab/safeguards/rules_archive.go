package safeguards

import "reflect"

// horizon is how many days old a change may be and still count: the value of
// events.Horizon.
const horizon = 30

func archiveRules() []Rule {
	return []Rule{
		{
			Statement: "an archive expires, soon after its changes would be refused as too old", Type: "AWS::Events::Archive",
			Broken: func(_ *Template, r *Resource) string {
				days := number(r.at("RetentionDays"))
				return unless(days >= 1 && days <= horizon+5, "it keeps events for %v days, 0 being forever", r.at("RetentionDays"))
			},
		},
		{
			Statement: "an archive keeps changes as long as they may be replayed", Type: "AWS::Events::Archive", Stages: []string{"prod"},
			Broken: func(_ *Template, r *Resource) string {
				days := number(r.at("RetentionDays"))
				return unless(days == 0 || days > horizon, "it keeps events for %v days", r.at("RetentionDays"))
			},
		},
		{
			Statement: "an archive has the changes of a bus of this stack, and nothing else", Type: "AWS::Events::Archive",
			Broken: func(t *Template, r *Resource) string {
				changes := map[string]any{"detail-type": []any{"PreferenceChange"}}
				if !reflect.DeepEqual(r.at("EventPattern"), changes) {
					return "its pattern is different"
				}
				return unless(t.Resources[target(r.at("SourceArn"))] != nil, "its bus is not of this stack")
			},
		},
	}
}
