package tables_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// left waits until the table has exactly the items with these keys. AWS takes some ten
// minutes to delete what has expired, and promises days.
func (t *table) left(want string) {
	t.ok("the items left", conformance.Eventually(t.ctx, 30*time.Second, func() error {
		if got := sorted(column(t.scan().Items, "pk")); got != want {
			return fmt.Errorf("got %s, want %s", got, want)
		}
		return nil
	}))
}

// https://github.com/scylladb/scylladb/blob/master/test/alternator/test_ttl.py:
// test_ttl_expiration, test_ttl_expiration_with_rangekey, test_ttl_expiration_range and
// test_ttl_expiration_streams.
var expiryCases = []conformance.Case{
	{Name: "expiry/deletes what has expired, and nothing else", Waits: true, Check: on("pk:S", func(t *table) {
		now := int(time.Now().Unix())
		t.put(m{"pk": "before", "exp": now - 60})
		_, err := t.expireBy("exp")
		t.ok("UpdateTimeToLive", err)
		t.put(m{"pk": "never"})
		t.put(m{"pk": "past", "exp": now - 60})
		t.put(m{"pk": "ancient", "exp": 162777600})
		t.put(m{"pk": "soon", "exp": now + 4})
		t.put(m{"pk": "moved", "exp": now + 4})
		t.put(m{"pk": "later", "exp": now + 7200})
		t.put(m{"pk": "text", "exp": fmt.Sprint(now - 60)})
		t.put(m{"pk": "exponent", "exp": num(fmt.Sprint((now-60)/10, "e1"))})
		t.put(m{"pk": "fraction", "exp": num(fmt.Sprint(now-60, ".5"))})
		t.update(m{"pk": "moved"}, "SET exp = :v", m{":v": now + 7200})
		t.left("ancient later moved never text")
	})},
	{Name: "expiry/by a range key", Waits: true, Check: on("pk:S sk:N", func(t *table) {
		_, err := t.expireBy("sk")
		t.ok("UpdateTimeToLive", err)
		now := int(time.Now().Unix())
		t.put(m{"pk": "a", "sk": now - 60})
		t.put(m{"pk": "b", "sk": now + 7200})
		t.left("b")
	})},
	{Name: "expiry/is told in the stream", Waits: true, Check: onStream(types.StreamViewTypeNewAndOldImages, func(t *table) {
		_, err := t.expireBy("exp")
		t.ok("UpdateTimeToLive", err)
		t.put(m{"pk": "x", "exp": int(time.Now().Unix()) - 60})
		removed := t.records(2)[1]
		if id := removed.UserIdentity; id == nil || aws.ToString(id.Type) != "Service" || aws.ToString(id.PrincipalId) != "dynamodb.amazonaws.com" {
			t.errorf("removed by %+v", id)
		}
		t.equal("event", removed.EventName, "REMOVE")
	})},
	// test_update_ttl_errors and test_ttl_disable_errors
	{Name: "expiry/refuses settings that do not fit", Check: on("pk:S", func(t *table) {
		set := func(what string, s types.TimeToLiveSpecification) {
			_, err := t.db.UpdateTimeToLive(t.ctx, &dynamodb.UpdateTimeToLiveInput{TableName: &t.name, TimeToLiveSpecification: &s})
			t.fails(what, invalid, err)
		}
		on, off := aws.Bool(true), aws.Bool(false)
		set("a name of 256 bytes", types.TimeToLiveSpecification{AttributeName: aws.String(strings.Repeat("x", 256)), Enabled: on})
		set("an empty name", types.TimeToLiveSpecification{AttributeName: aws.String(""), Enabled: on})
		set("off where it is off", types.TimeToLiveSpecification{AttributeName: aws.String("exp"), Enabled: off})
		_, err := t.expireBy("exp")
		t.ok("UpdateTimeToLive", err)
		set("on again", types.TimeToLiveSpecification{AttributeName: aws.String("exp"), Enabled: on})
		set("off by another name", types.TimeToLiveSpecification{AttributeName: aws.String("dog"), Enabled: off})
	})},
}
