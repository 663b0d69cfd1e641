package safeguards

import (
	"encoding/json"
	"strings"
)

// maxSchema is the limit of CreateSchema, by the service model of the AWS SDKs.
const maxSchema = 100_000

func schemaRules() []Rule {
	return []Rule{
		{
			Statement: "a schema has the right name and type, and fits into its registry", Type: "AWS::EventSchemas::Schema",
			Broken: func(_ *Template, r *Resource) string {
				text, ok := r.at("Content").(string)
				var schema struct {
					Draft      string `json:"$schema"`
					DetailType string `json:"x-amazon-events-detail-type"`
				}
				switch err := json.Unmarshal([]byte(text), &schema); {
				case !ok || err != nil:
					return "Content is not JSON in a string"
				case len(text) > maxSchema:
					return "Content is too long"
				}
				name, _ := r.at("SchemaName").(string)
				if _, after, ok := strings.Cut(name, "@"); ok { // source@detail-type
					name = after
				}
				if name != schema.DetailType {
					return "it is named " + name + ", but describes " + schema.DetailType
				}
				return unless(r.at("Type") == "JSONSchemaDraft4" && schema.Draft == "http://json-schema.org/draft-04/schema#", "Type is %v, $schema %q", r.at("Type"), schema.Draft)
			},
		},
	}
}
