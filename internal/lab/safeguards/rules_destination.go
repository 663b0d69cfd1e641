package safeguards

import (
	"regexp"
	"strings"
)

func destinationRules() []Rule {
	return []Rule{
		{Statement: "the secret of a connection is not in the template", Type: "AWS::Events::Connection", Broken: exposedSecret},
		{Statement: "an API destination is called over TLS", Type: "AWS::Events::ApiDestination", Broken: func(_ *Template, r *Resource) string {
			return unless(strings.HasPrefix(text(r.at("InvocationEndpoint")), "https://"), "its endpoint is %v", r.at("InvocationEndpoint"))
		}},
		{Statement: "an API destination authorizes by a connection of this stack", Type: "AWS::Events::ApiDestination", Broken: func(t *Template, r *Resource) string {
			return unless(t.named(r.at("ConnectionArn"), "AWS::Events::Connection") != nil, "its connection is not of this stack")
		}},
	}
}

// secretOf names the property that holds the secret of each kind of authorization.
// Other kinds and other parameters may hold secrets too, so they must be added here
// first.
var secretOf = map[string]string{"ApiKeyAuthParameters": "ApiKeyValue", "BasicAuthParameters": "Password"}

func exposedSecret(_ *Template, r *Resource) string {
	parameters, _ := r.at("AuthParameters").(map[string]any)
	if len(parameters) == 0 {
		return "it has no AuthParameters"
	}
	for kind := range parameters {
		field, known := secretOf[kind]
		switch {
		case !known:
			return "these rules do not know the secrets in " + kind
		case !isReference(r.at("AuthParameters", kind, field)):
			return "its " + field + " is not a dynamic reference to a secret"
		}
	}
	return ""
}

// A plain parameter (ssm) is not secret. A secure one (ssm-secure) is allowed in the
// properties of a few types of resources only, and a connection is not one of them:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html
var secretReference = regexp.MustCompile(`^\{\{resolve:secretsmanager:[^{}]+\}\}$`)

func isReference(value any) bool { return secretReference.MatchString(text(value)) }
