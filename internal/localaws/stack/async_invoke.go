package stack

func readAsyncInvoke(t *template, r *resource, s *Stack) {
	f := t.properties(r)
	_, function := t.functionOf(first(f.raw("FunctionName"), f.object), f.needText("FunctionName", "which function is it of?"))
	f.want("Qualifier", ": localaws has no versions and aliases", "$LATEST")
	a := AsyncInvoke{
		Function:               function,
		MaximumRetryAttempts:   f.integer("MaximumRetryAttempts", 2, 0, 2),
		MaximumEventAgeSeconds: f.integer("MaximumEventAgeInSeconds", 21600, 60, 21600),
	}
	if n := f.get("DestinationConfig"); n != nil && n.field("OnFailure") != nil {
		a.OnFailureARN = t.readOnFailure(f.raw("DestinationConfig"))
	} else if n != nil {
		t.open(n, asIs).done("localaws does not know this destination")
	}
	f.done("localaws does not know this property of the configuration of asynchronous invocation")
	s.AsyncInvokes = append(s.AsyncInvokes, a)
}

// addAsyncInvoke makes what osls makes of a function's destinations, retries and event
// age.
func (s *service) addAsyncInvoke(function string, f *fields) {
	destinations := f.raw("destinations")
	age, retries := f.raw("maximumEventAge"), f.raw("maximumRetryAttempts")
	at := first(destinations, age, retries)
	if at == nil {
		return
	}
	s.make(at.path+".asynchronous", "AWS::Lambda::EventInvokeConfig", at, map[string]*node{
		"FunctionName":             refNode(at, functionID(function)),
		"MaximumEventAgeInSeconds": age,
		"MaximumRetryAttempts":     retries,
		"DestinationConfig":        s.destination(destinations),
	})
}
