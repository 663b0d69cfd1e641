package sim

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// raws are changes as any SDK can write them. USER is a user, SERIAL a number that no
// other change has, UUID a UUID of version 7 of now, and TRACE a traceparent without its
// version.
var raws = []string{
	`{"user_id":"USER","preferences":{"k0":"raw SERIAL"},"origin":"inferred"}`,
	`{"user_id":"USER","preferences":{"k0":"raw SERIAL"}}`,
	`{"user_id":"USER","preferences":{"k0":null},"traceparent":"01-TRACE-more"}`,
	`{"user_id":"USER","replace":true,"traceparent":{"of":"another type"}}`,
	`{"user_id":"USER","replace":true,"preferences":{"k1":"raw SERIAL"}}`,
	`{"user_id":"USER","preferences":{"k0":"raw SERIAL"},"id":null,"conversation_id":null,"replace":null,"version":null,"traceparent":null}`,
	`{"user_id":"USER","preferences":{"k0":"raw SERIAL"},"id":"UUID","traceparent":"00-TRACE"}`,
	`{"user_id":"USER","preferences":{"k0":"raw SERIAL","k1":null},"origin":null}`,
	`{"user_id":"USER","preferences":{"k0":[SERIAL,` + strings.Repeat("9", maxNumber) + `]}}`,
}

// maxNumber is how long a number's text may be.
const maxNumber = 64

// publishRaw publishes a change without the pipeline's own packages.
func (s *Simulation) publishRaw() {
	s.serial++
	known := raws
	if s.handlers.previous != nil {
		known = raws[1:] // the version before may not know origins
	}
	detail := strings.NewReplacer("USER", s.userID(), "SERIAL", fmt.Sprint(s.serial), "UUID", s.uuid(7), "TRACE", traceparent(s.serial)[3:]).Replace(known[s.rand.IntN(len(known))])
	s.printf("raw: %s", detail)
	s.put(detail)
}

// uuid makes a UUID of a version, in lower or upper case. Its first bits are the time.
func (s *Simulation) uuid(version byte) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], uint64(s.now.UnixMilli())<<16|s.rand.Uint64()&0xffff)
	binary.BigEndian.PutUint64(b[8:], s.rand.Uint64())
	b[6], b[8] = b[6]&0x0f|version<<4, b[8]&0x3f|0x80
	text := fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
	if s.chance(0.5) {
		return strings.ToUpper(text)
	}
	return text
}

func (s *Simulation) put(detail string) {
	s.start(&task{name: "stranger"}, func(ctx context.Context) {
		_, _ = s.handlers.bus.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{
			EventBusName: aws.String(s.names.bus), Source: aws.String("stranger"), DetailType: aws.String(changeType), Detail: aws.String(detail),
		}}})
	}, func(*task) {})
}

// poisons are details that must be refused, each with its code.
var poisons = []struct{ text, code string }{
	{`{"preferences":{"k0":1},"serial":SERIAL}`, "malformed"},
	{`{"user_id":"u0","preferences":{"k0":SERIAL},"version":2}`, "unknown_version"},
	{`{"user_id":"u0","preferences":{"k0":SERIAL},"id":""}`, "malformed"},
	{`{"user_id":"u0","preferences":{"k 0":SERIAL}}`, "malformed"},
	{`{"user_id":"u0","preferences":[SERIAL]}`, "malformed"},
	{`{"user_id":"u0","user_id":"u1","preferences":{"k0":SERIAL}}`, "malformed"},
	{`{"user_id":"u0","serial":SERIAL}`, "malformed"},
	{`{"user_id":"u0","preferences":{"k0":SERIAL},"id":"01ARZ3NDEKTSV4RRFFQ69G5FA"}`, "malformed"},
	{`{"user_id":"u0","preferences":{"k0":SERIAL},"id":"UUID4"}`, "malformed"},
	{`{"user_id":"` + strings.Repeat("u", maxUserID+1) + `","preferences":{"k0":SERIAL}}`, "malformed"},
	{`{"user_id":"u0","preferences":{"k0":SERIAL},"conversation_id":"` + strings.Repeat("c", maxConversation+1) + `"}`, "malformed"},
	{`{"user_id":"u0","preferences":{"k0":SERIAL` + strings.Repeat("0", maxNumber) + `}}`, "malformed"},
	{`{"user_id":"u0","preferences":{"k0":SERIAL},"origin":"guessed"}`, "malformed"},
	{`{"user_id":"u0","preferences":{"k0":SERIAL},"origin":"inferred","replace":true}`, "malformed"},
	{`{"user_id":"u0","preferences":{"k0":[{"a":SERIALe400}]}}`, "malformed"},
}

// poison sends what must be refused, over either route.
func (s *Simulation) poison() {
	s.serial++
	p := poisons[s.rand.IntN(len(poisons))]
	text := strings.NewReplacer("SERIAL", fmt.Sprint(s.serial), "UUID4", s.uuid(4)).Replace(p.text)
	s.log.Poison(text, p.code)
	s.printf("poison: %.200s", text)
	if s.chance(0.5) {
		s.put(text)
		return
	}
	body := fmt.Sprintf("no envelope %d", s.serial)
	if s.chance(0.5) {
		body = `{"version":"0","id":"x","time":"2026-03-01T12:00:00Z","detail-type":"PreferenceChange","source":"s","detail":` + text + `}`
	}
	if !strings.HasPrefix(body, "{") {
		s.log.Poison(body, "malformed")
	}
	s.toQueue(body)
}
