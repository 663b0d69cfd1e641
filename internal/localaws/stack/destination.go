package stack

import (
	"net"
	"net/url"
)

// madeUp replaces the id that EventBridge generates for a connection and an API
// destination.
const madeUp = "00000000-0000-0000-0000-000000000000"

func madeUpARN(kind string) attribute {
	return func(t *template, _ *resource, name string) string { return t.arn("events", kind+"/"+name+"/"+madeUp) }
}

func readDestination(t *template, r *resource, s *Stack) {
	f := t.properties(r)
	d := APIDestination{
		Name:          t.nameOf(r, "Name"),
		Method:        f.needText("HttpMethod", "how is it called?"),
		URL:           f.needText("InvocationEndpoint", "where do the events go?"),
		RatePerSecond: f.integer("InvocationRateLimitPerSecond", 300, 1, 1_000_000),
	}
	d.ARN = t.arn("events", "api-destination/"+d.Name+"/"+madeUp)
	f.want("HttpMethod", "", "POST", "GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")
	if n := f.raw("InvocationEndpoint"); n != nil && !callable(d.URL) {
		t.refuse(n, "must be an https URL; only on this machine http will do, such as http://127.0.0.1:9000/path")
	}
	at := first(f.raw("ConnectionArn"), f.object)
	if connection, ok := t.byARN("AWS::Events::Connection", "Arn", f.needText("ConnectionArn", "by what does it authorize?")); ok {
		t.readConnection(connection, &d)
	} else {
		t.refuse(at, "must be the ARN of an AWS::Events::Connection of this stack")
	}
	f.ignore("Name", "Description")
	f.done("localaws does not know this property of an API destination")
	s.Destinations = append(s.Destinations, d)
}

// callable tells whether EventBridge, or localaws, would call a URL.
func callable(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Hostname() != "" && (u.Scheme == "https" || u.Scheme == "http" && Loopback(address))
}

// Loopback tells whether a URL is on this machine.
func Loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

func (t *template) readConnection(r *resource, d *APIDestination) {
	f := t.properties(r)
	kind := f.needText("AuthorizationType", "by what does it authorize?")
	f.want("AuthorizationType", ": localaws knows no other", "API_KEY", "BASIC")
	parameters := t.open(f.get("AuthParameters"), asIs)
	switch kind {
	case "API_KEY":
		key := t.open(parameters.raw("ApiKeyAuthParameters"), asIs)
		d.KeyName = key.needText("ApiKeyName", "it is the header's name")
		d.KeyValue = key.needText("ApiKeyValue", "it is the header's value")
		key.done("localaws does not know this part of an API key")
	case "BASIC":
		basic := t.open(parameters.raw("BasicAuthParameters"), asIs)
		d.Username = basic.needText("Username", "who calls?")
		d.Password = basic.needText("Password", "Basic needs one")
		basic.done("localaws does not know this part of Basic authorization")
	}
	if d.KeyName == "" && d.Username == "" {
		t.refuse(f.object, "AuthParameters has nothing for %s", kind)
	}
	parameters.done("localaws does not know this part of a connection's parameters")
	f.ignore("Name", "Description", "KmsKeyIdentifier")
	f.done("localaws does not know this property of a connection")
}

// toDestination tells whether a target is an API destination of this stack, and
// reads what only such a target has.
func (t *template) toDestination(f *fields, target *Target) bool {
	if _, ok := t.byARN("AWS::Events::ApiDestination", "Arn", target.ARN); !ok {
		return false
	}
	if f.raw("RoleArn") == nil {
		t.refuse(f.object, "RoleArn is missing: EventBridge calls an API destination under a role")
		return true
	}
	target.Role = t.roleIn(f, "RoleArn")
	return true
}
