package stack

import (
	"slices"
	"strings"
)

// authorizerIAM and authorizerNone are the two authorization types that
// localaws knows.
const (
	authorizerIAM  = "AWS_IAM"
	authorizerNone = "NONE"
)

var methods = []string{"ANY", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

func readAPI(t *template, r *resource, _ *Stack) {
	f := t.properties(r)
	f.want("ProtocolType", ": localaws has no WebSocket API", "HTTP")
	f.ignore("Name", "Description", "Tags")
	f.done("localaws does not know this property of an HTTP API")
}

// readAPIStage ignores what localaws does not do: throttling and access logs.
func readAPIStage(t *template, r *resource, _ *Stack) {
	f := t.properties(r)
	f.want("StageName", ": localaws serves the default stage only", "$default")
	f.ignore("ApiId", "AutoDeploy", "DefaultRouteSettings", "AccessLogSettings", "Tags")
	f.done("localaws does not know this property of a stage")
}

func readIntegration(t *template, r *resource, _ *Stack) {
	f := t.properties(r)
	f.want("IntegrationType", ": localaws integrates functions only", "AWS_PROXY")
	f.want("PayloadFormatVersion", ": localaws speaks no other payload format", "2.0")
	f.integer("TimeoutInMillis", 30000, 30000, 30000)
	t.functionOf(first(f.raw("IntegrationUri"), f.object), f.text("IntegrationUri"))
	f.ignore("ApiId")
	f.done("localaws does not know this property of an integration")
}

func readRoute(t *template, r *resource, s *Stack) {
	f := t.properties(r)
	route := Route{Authorizer: f.want("AuthorizationType", ": localaws knows no other authorizer", authorizerNone, authorizerIAM)}
	key := f.needText("RouteKey", "which requests are meant?")
	at := first(f.raw("RouteKey"), f.object)
	switch method, path, _ := strings.Cut(key, " "); {
	case key == "$default":
		route.Method, route.Path = "ANY", "$default"
	case !slices.Contains(methods, method) || !strings.HasPrefix(path, "/"):
		t.refuse(at, "%q is not a method and a path, such as GET /preferences", key)
	default:
		route.Method, route.Path = method, path
	}
	id := strings.TrimPrefix(f.needText("Target", "which integration is it?"), "integrations/")
	if integration := t.resources[id]; integration != nil && integration.kind == "AWS::ApiGatewayV2::Integration" {
		_, route.Function = t.functionOf(at, t.properties(integration).text("IntegrationUri"))
	} else {
		t.refuse(at, "%q is not an integration of this stack", id)
	}
	if slices.ContainsFunc(s.Routes, func(o Route) bool { return o.Method == route.Method && o.Path == route.Path }) {
		t.refuse(at, "the route %s exists twice", key)
	}
	f.ignore("ApiId")
	f.done("localaws does not know this property of a route")
	s.Routes = append(s.Routes, route)
}
