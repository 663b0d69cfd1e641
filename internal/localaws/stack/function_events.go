package stack

import "strings"

// addEvents makes the mappings and routes of one function.
func (s *service) addEvents(function string, events []*node) {
	for i, event := range events {
		f := s.open(event, asIs)
		switch {
		case f.object == nil:
		case f.raw("sqs") != nil:
			s.addQueueMapping(function, f.raw("sqs"))
		case f.raw("stream") != nil:
			s.addStreamMapping(function, f.raw("stream"))
		case f.raw("httpApi") != nil:
			s.addRoute(function, f.raw("httpApi"))
		case f.raw("eventBridge") != nil:
			s.addRule(function, i+1, f.raw("eventBridge"))
		}
		f.done("localaws does not know this kind of event (only sqs, stream, httpApi and eventBridge)")
	}
}

func (s *service) addQueueMapping(function string, n *node) {
	if n.kind == text {
		n = objectNode(n, map[string]*node{"arn": n})
	}
	f := s.open(n, asIs)
	s.makeMapping(function, "SQS", f, map[string]*node{
		"BatchSize":                      first(f.raw("batchSize"), numberNode(n, "10")), // osls's default, as Lambda's
		"MaximumBatchingWindowInSeconds": f.raw("maximumBatchingWindow"),
		"ScalingConfig":                  wrap(n, "MaximumConcurrency", f.raw("maximumConcurrency")),
	})
}

func (s *service) addStreamMapping(function string, n *node) {
	f := s.open(n, asIs)
	f.want("type", ": localaws has no other streams", "dynamodb")
	s.makeMapping(function, "Dynamodb", f, map[string]*node{
		"BatchSize":                      first(f.raw("batchSize"), numberNode(n, "10")), // osls's default; Lambda's is 100
		"MaximumBatchingWindowInSeconds": f.raw("batchWindow"),
		"StartingPosition":               first(f.raw("startingPosition"), textNode(n, "TRIM_HORIZON")),
		"ParallelizationFactor":          f.raw("parallelizationFactor"),
		"BisectBatchOnFunctionError":     f.raw("bisectBatchOnFunctionError"),
		"MaximumRetryAttempts":           f.raw("maximumRetryAttempts"),
		"MaximumRecordAgeInSeconds":      f.raw("maximumRecordAgeInSeconds"),
		"TumblingWindowInSeconds":        f.raw("tumblingWindowInSeconds"),
		"DestinationConfig":              s.destination(f.raw("destinations")),
	})
}

// makeMapping adds what both kinds of mapping have in common.
func (s *service) makeMapping(function, source string, f *fields, properties map[string]*node) {
	n := f.object
	if n == nil {
		return
	}
	properties["FunctionName"] = getAttNode(n, functionID(function), "Arn")
	properties["EventSourceArn"] = f.raw("arn")
	properties["Enabled"] = f.raw("enabled")
	if response := f.raw("functionResponseType"); response != nil {
		properties["FunctionResponseTypes"] = listNode(response, response)
	}
	if patterns := f.list("filterPatterns"); len(patterns) > 0 {
		filters := make([]*node, len(patterns))
		for i, pattern := range patterns {
			filters[i] = wrap(pattern, "Pattern", pattern)
		}
		properties["FilterCriteria"] = wrap(n, "Filters", listNode(f.raw("filterPatterns"), filters...))
	}
	f.done("localaws does not know this setting of an event source mapping")
	s.make(s.mappingID(function, source, n), "AWS::Lambda::EventSourceMapping", n, properties)
}

// mappingID is osls's logical id of a mapping whose source is a resource of the stack, so
// that resources.extensions can name it. Others have none that can be told.
func (s *service) mappingID(function, source string, n *node) string {
	if name, argument := onlyField(n.field("arn")); name == "Fn::GetAtt" {
		if queue, _, ok := getAttArguments(argument); ok {
			return s.unused(logicalName(function)+"EventSourceMapping"+source+alphanumeric(queue), n)
		}
	}
	return n.path
}

// unused is a logical id, or the path of its cause if something has the id already.
func (s *service) unused(id string, n *node) string {
	if s.generated[id] {
		return n.path
	}
	return id
}

func (s *service) destination(n *node) *node {
	if n == nil {
		return nil
	}
	f := s.open(n, asIs)
	target := f.raw("onFailure")
	f.done("localaws does not know this destination")
	if target != nil && target.kind == object && target.field("arn") != nil {
		onFailure := s.open(target, asIs)
		onFailure.want("type", ": localaws has no other destinations", "sqs")
		target = onFailure.raw("arn")
		onFailure.done("localaws does not know this setting of a destination")
	}
	return wrap(n, "OnFailure", wrap(n, "Destination", target))
}

// addRoute also makes the API itself, its stage and the function's
// integration, once.
func (s *service) addRoute(function string, n *node) {
	key, authorizer := s.routeKey(n)
	s.make("HttpApi", "AWS::ApiGatewayV2::Api", n, map[string]*node{"ProtocolType": textNode(n, "HTTP")})
	s.make("HttpApiStage", "AWS::ApiGatewayV2::Stage", n, map[string]*node{"StageName": textNode(n, "$default")})
	if s.accessLogs {
		s.make("HttpApiLogGroup", "AWS::Logs::LogGroup", n, map[string]*node{
			"LogGroupName": textNode(n, "/aws/http-api/"+s.template.Service+"-"+s.template.Stage),
		})
	}
	integration := "HttpApiIntegration" + logicalName(function)
	s.make(integration, "AWS::ApiGatewayV2::Integration", n, map[string]*node{
		"IntegrationType":      textNode(n, "AWS_PROXY"),
		"IntegrationUri":       getAttNode(n, functionID(function), "Arn"),
		"PayloadFormatVersion": textNode(n, "2.0"),
	})
	s.make(logicalName(function)+"LambdaPermissionHttpApi", "AWS::Lambda::Permission", n, map[string]*node{
		"FunctionName": getAttNode(n, functionID(function), "Arn"),
		"Action":       textNode(n, "lambda:InvokeFunction"),
		"Principal":    textNode(n, "apigateway.amazonaws.com"),
	})
	target := listNode(n, textNode(n, "integrations"), refNode(n, integration))
	s.make(s.unused(routeID(key), n), "AWS::ApiGatewayV2::Route", n, map[string]*node{
		"RouteKey":          key,
		"AuthorizationType": authorizer,
		"Target":            wrap(n, "Fn::Join", listNode(n, textNode(n, "/"), target)),
	})
}

// routeKey understands 'GET /path', '*' and the long form, as osls does.
func (s *service) routeKey(n *node) (key, authorizer *node) {
	if n.kind == text {
		method, path, _ := strings.Cut(n.value, " ")
		return textNode(n, routeKeyOf(method, path)), nil
	}
	f := s.open(n, asIs)
	path := f.needText("path", "which path is it?")
	key = textNode(n, routeKeyOf(f.text("method"), path))
	if a := f.raw("authorizer"); a != nil {
		inner := s.open(a, asIs)
		inner.want("type", ": localaws knows no other authorizer", "aws_iam")
		inner.done("localaws does not know this setting of an authorizer")
		authorizer = textNode(a, authorizerIAM)
	}
	f.done("localaws does not know this setting of a route")
	return key, authorizer
}

func routeKeyOf(method, path string) string {
	if method == "*" && path == "" || path == "*" {
		return "$default"
	}
	if method == "*" {
		method = "ANY"
	}
	return strings.ToUpper(method) + " " + path
}

// wrap is {name: value}, or nothing of nothing.
func wrap(from *node, name string, value *node) *node {
	if value == nil {
		return nil
	}
	return objectNode(from, map[string]*node{name: value})
}
