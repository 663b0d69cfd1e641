package localaws_test

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// The table's descriptions say what the repository's serverless.yml says.
func TestDescriptionsOfATableFollowTheTemplate(t *testing.T) {
	s, err := stack.Load("../../serverless.yml", stack.Options{Stage: "prod", Account: account})
	if err != nil {
		t.Fatal(err)
	}
	for _, own := range []map[string]string{nil, {"team": "bots"}} {
		if own != nil {
			own["STAGE"] = "prod"
			s.Tables[0].Tags = own
		}
		cloud := mustBuild(t, newClock(), s)
		name := s.Tables[0].Name
		for operation, want := range map[string][]string{
			"DescribeTable": {
				`"SSEDescription":{"Status":"ENABLED","SSEType":"KMS","KMSMasterKeyArn":"arn:aws:kms:us-east-1:` + account + `:key/`,
				`"DeletionProtectionEnabled":true`, `"StreamViewType":"NEW_AND_OLD_IMAGES"`, `"BillingMode":"PAY_PER_REQUEST"`,
			},
			"DescribeContinuousBackups": {`"PointInTimeRecoveryStatus":"ENABLED","RecoveryPeriodInDays":35`},
			"DescribeTimeToLive":        {`"TimeToLiveStatus":"ENABLED","AttributeName":"expires_at"`},
		} {
			contains(t, answer(t, cloud, operation, `{"TableName":"`+name+`"}`), want...)
		}
		got := answer(t, cloud, "ListTagsOfResource", `{"ResourceArn":"`+s.Tables[0].ARN+`"}`)
		if contains(t, got, `{"Key":"STAGE","Value":"prod"}`); own != nil {
			contains(t, got, `{"Key":"team","Value":"bots"}`)
		}
	}
}

func contains(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%s\nlacks %s", text, w)
		}
	}
}

// answer calls an operation of DynamoDB and returns its answer as JSON.
func answer(t *testing.T, cloud *localaws.Cloud, operation, body string) string {
	t.Helper()
	call, err := cloud.Tables.Wire().Operations[operation]([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	out, err := call()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
