package localrun

import (
	"slices"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/iam"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// What a function may not do in AWS is told once for each action. Clients that are no
// function may do everything.
func TestWhatARoleLacksIsTold(t *testing.T) {
	s, err := stack.Load("../../serverless.yml", stack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var told, strayed []string
	front := &wire.Front{}
	watching(s, Options{
		Lacking: func(l iam.Lacking) { told = append(told, l.Function+" "+l.Role+" "+l.Statement()) },
		Strayed: func(region string) { strayed = append(strayed, region) },
	})(front)
	get := runtime.SessionToken("getUserPreferences")
	for _, c := range []struct{ token, operation, body string }{
		{get, "GetItem", `{"TableName":"bot-preferences-dev"}`},
		{get, "PutItem", `{"TableName":"bot-preferences-dev"}`},
		{get, "PutItem", `{"TableName":"bot-preferences-dev"}`},
		{"", "PutItem", `{"TableName":"bot-preferences-dev"}`},
		{"local", "PutItem", `{"TableName":"bot-preferences-dev"}`},
	} {
		front.Called(wire.Called{Token: c.token, Service: "DynamoDB_20120810", Operation: c.operation, Body: []byte(c.body)})
	}
	want := []string{`getUserPreferences GetUserPreferencesRole {"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"arn:aws:dynamodb:us-east-1:000000000000:table/bot-preferences-dev"}`}
	if !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	for _, region := range []string{"eu-west-1", "eu-west-1", "ap-south-1"} {
		front.Strayed(region)
	}
	if !slices.Equal(strayed, []string{"eu-west-1", "ap-south-1"}) {
		t.Errorf("strayed to %q", strayed)
	}
	role, session, ok := front.Role(get)
	if _, _, others := front.Role("local"); role != "GetUserPreferencesRole" || session != "getUserPreferences" || !ok || others {
		t.Errorf("role %q, session %q, %v; without a function %v", role, session, ok, others)
	}
}
