package safeguards

func apiRules() []Rule {
	return []Rule{
		{Statement: "a route has an authorizer", Type: "AWS::ApiGatewayV2::Route", Broken: func(_ *Template, r *Resource) string {
			switch r.at("AuthorizationType") {
			case "AWS_IAM":
				return ""
			case "JWT", "CUSTOM":
				return unless(r.at("AuthorizerId") != nil, "AuthorizerId is missing")
			}
			return "everybody may call it"
		}},
		{Statement: "the API limits the rate of requests", Type: "AWS::ApiGatewayV2::Stage", Broken: func(_ *Template, r *Resource) string {
			rate, burst := r.at("DefaultRouteSettings", "ThrottlingRateLimit"), r.at("DefaultRouteSettings", "ThrottlingBurstLimit")
			return unless(number(rate) > 0 && number(burst) > 0, "ThrottlingRateLimit is %v, ThrottlingBurstLimit %v", rate, burst)
		}},
		{Statement: "the API logs who called", Type: "AWS::ApiGatewayV2::Stage", Broken: func(t *Template, r *Resource) string {
			return unless(t.named(r.at("AccessLogSettings", "DestinationArn"), "AWS::Logs::LogGroup") != nil, "AccessLogSettings names no log group of this stack")
		}},
	}
}
