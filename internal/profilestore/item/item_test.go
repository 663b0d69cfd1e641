package item

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
)

const (
	stampA = "01J00000000000000000000001"
	stampB = "01J00000000000000000000002"
	stampC = "01J00000000000000000000003"
)

const traceparent = "00-6a1b2c3d4e5f60718293a4b5c6d7e8f9-00f067aa0ba902b7-01"

const image = `{
	"user_id": {"S": "u1"},
	"revision": {"N": "1750000000001"},
	"updated_at": {"S": "2025-06-15T15:06:40.001Z"},
	"cleared": {"S": "` + stampB + `"},
	"weight": {"N": "789"},
	"recounts": {"N": "2"},
	"expires_at": {"N": "1760000000"},
	"traceparent": {"S": "` + traceparent + `"},
	"p.tone": {"M": {"v": {"S": "\"formal\""}, "t": {"S": "` + stampC + `"}}},
	"p.a.b:c": {"M": {"v": {"S": "1.0"}, "t": {"S": "` + stampB + `"}, "later": {"BOOL": true}}},
	"p.gone": {"M": {"t": {"S": "` + stampC + `"}}},
	"p.old": {"M": {"v": {"S": "true"}, "t": {"S": "` + stampA + `"}}},
	"i.tone": {"M": {"v": {"S": "\"dull\""}, "t": {"S": "` + stampC + `"}}},
	"i.gone": {"M": {"t": {"S": "` + stampB + `"}}},
	"i.hour": {"M": {"v": {"S": "8"}, "t": {"S": "` + stampC + `"}}},
	"i.old": {"M": {"v": {"S": "1"}, "t": {"S": "` + stampA + `"}}},
	"inferred_weight": {"N": "543"},
	"inferred_recounts": {"N": "1"},
	"unknown": {"SS": ["x"]}, "another": {"NULL": true}, "flag": {"BOOL": true}, "bytes": {"B": "AA=="}, "list": {"L": []}
}`

func parse(t *testing.T, text string) Image {
	t.Helper()
	var i Image
	if err := json.Unmarshal([]byte(text), &i); err != nil {
		t.Fatal(err)
	}
	return i
}

func stamp(text string) events.Stamp {
	s, err := events.ParseStamp(text)
	if err != nil {
		panic(err)
	}
	return s
}

func TestDecode(t *testing.T) {
	got, err := Decode(FromImage(parse(t, image)))
	if err != nil {
		t.Fatal(err)
	}
	want := Stored{
		Profile: events.Profile{
			UserID: "u1", Revision: 1750000000001,
			UpdatedAt: time.Date(2025, 6, 15, 15, 6, 40, 1e6, time.UTC), Traceparent: traceparent,
			State: events.State{Cleared: stamp(stampB), Entries: map[string]events.Entry{
				"tone":  {Value: events.Text("formal"), Stamp: stamp(stampC)},
				"a.b:c": {Value: events.JSON("1.0"), Stamp: stamp(stampB)},
				"gone":  {Stamp: stamp(stampC)},
			}, Inferred: map[string]events.Entry{
				"tone": {Stamp: stamp(stampC)}, // dead: not later than what was stated
				"gone": {Stamp: stamp(stampB)},
				"hour": {Value: events.JSON("8"), Stamp: stamp(stampC)},
			}},
		},
		Hidden: Registers{
			Stated:   map[string]events.Entry{"old": {Value: events.JSON("true"), Stamp: stamp(stampA)}},
			Inferred: map[string]events.Entry{"old": {Value: events.JSON("1"), Stamp: stamp(stampA)}},
		},
		Dead:          map[string]events.Entry{"tone": {Value: events.Text("dull"), Stamp: stamp(stampC)}},
		Bound:         Bound{Weight: 789, Weighed: true, Recounts: 2},
		InferredBound: Bound{Weight: 543, Weighed: true, Recounts: 1},
		ExpiresAt:     1760000000,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNoItemIsTheZeroProfile(t *testing.T) {
	for _, none := range []Image{nil, {}} {
		p, err := ProfileOf(none)
		if err != nil || p.Revision != 0 || !p.IsEmpty() {
			t.Errorf("got %+v, %v", p, err)
		}
		if n, err := RevisionOf(none); n != 0 || err != nil {
			t.Errorf("revision %d, %v", n, err)
		}
	}
}

func TestPartsOfAnUnreadableImage(t *testing.T) {
	i := parse(t, `{"user_id": {"S": "u1"}, "revision": {"N": "7"}, "p.x": {"S": "?"}}`)
	if _, err := ProfileOf(i); err == nil {
		t.Error("the profile should be unreadable")
	}
	if n, err := RevisionOf(i); n != 7 || err != nil {
		t.Errorf("revision %d, %v", n, err)
	}
	if user, err := UserOf(i); user != "u1" || err != nil {
		t.Errorf("user %q, %v", user, err)
	}
}

func TestMalformed(t *testing.T) {
	const secret = "s3cret"
	text := awsevents.NewStringAttribute
	number := awsevents.NewNumberAttribute
	entry := func(members Image) awsevents.DynamoDBAttributeValue { return awsevents.NewMapAttribute(members) }
	for name, test := range map[string]struct {
		attribute string
		value     awsevents.DynamoDBAttributeValue
		named     string // if it is not the attribute itself
	}{
		"user_id is a number":              {attribute: "user_id", value: number("1")},
		"user_id is empty":                 {attribute: "user_id", value: text("")},
		"revision is text":                 {attribute: "revision", value: text("12")},
		"revision is a fraction":           {attribute: "revision", value: number("1.5")},
		"revision is zero":                 {attribute: "revision", value: number("0")},
		"revision is null":                 {attribute: "revision", value: awsevents.NewNullAttribute()},
		"updated_at is no time":            {attribute: "updated_at", value: text(secret)},
		"updated_at is a number":           {attribute: "updated_at", value: number("1")},
		"cleared is no stamp":              {attribute: "cleared", value: text(secret)},
		"cleared is a number":              {attribute: "cleared", value: number("1")},
		"cleared is the zero stamp":        {attribute: "cleared", value: text(strings.Repeat("0", 26))},
		"weight is text":                   {attribute: "weight", value: text("1")},
		"weight is negative":               {attribute: "weight", value: number("-1")},
		"recounts is a list":               {attribute: "recounts", value: awsevents.NewListAttribute(nil)},
		"expires_at is text":               {attribute: "expires_at", value: text("1")},
		"preference is text":               {attribute: "p.x", value: text(secret)},
		"preference is a zero value":       {attribute: "p.x"},
		"preference is empty":              {attribute: "p.x", value: entry(nil), named: "p.x.t"},
		"preference has no stamp":          {attribute: "p.x", value: entry(Image{"v": text("1")}), named: "p.x.t"},
		"preference's stamp is lower case": {attribute: "p.x", value: entry(Image{"t": text(strings.ToLower(stampA))}), named: "p.x.t"},
		"preference's stamp is binary":     {attribute: "p.x", value: entry(Image{"t": awsevents.NewBinaryAttribute(nil)}), named: "p.x.t"},
		"value is a number":                {attribute: "p.x", value: entry(Image{"t": text(stampA), "v": number("1")}), named: "p.x.v"},
		"value is not JSON":                {attribute: "p.x", value: entry(Image{"t": text(stampA), "v": text(secret)}), named: "p.x.v"},
		"value is empty":                   {attribute: "p.x", value: entry(Image{"t": text(stampA), "v": text("")}), named: "p.x.v"},
		"value is null":                    {attribute: "p.x", value: entry(Image{"t": text(stampA), "v": text("null")}), named: "p.x.v"},
		"key is none":                      {attribute: "p.", value: entry(Image{"t": text(stampA)})},
		"key has a space":                  {attribute: "p.a b", value: entry(Image{"t": text(stampA)})},
	} {
		t.Run(name, func(t *testing.T) {
			i := parse(t, image)
			i[test.attribute] = test.value
			_, err := ProfileOf(i)
			var malformed *MalformedError
			if !errors.As(err, &malformed) {
				t.Fatalf("got %v, want a MalformedError", err)
			}
			want := test.named
			if want == "" {
				want = test.attribute
			}
			if malformed.Attribute != want {
				t.Errorf("names %q, want %q", malformed.Attribute, want)
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("shows the value: %s", err)
			}
		})
	}
	for _, required := range []string{"user_id", "revision", "updated_at"} {
		i := parse(t, image)
		delete(i, required)
		if _, err := ProfileOf(i); err == nil || !strings.Contains(err.Error(), required) {
			t.Errorf("without %s: %v", required, err)
		}
	}
}

// A trace is worth less than the profile that it lies in.
func TestAMalformedTraceparentIsIgnored(t *testing.T) {
	for _, bad := range []awsevents.DynamoDBAttributeValue{
		awsevents.NewStringAttribute("no trace"), awsevents.NewNumberAttribute("1"), awsevents.NewNullAttribute(), awsevents.NewMapAttribute(nil),
	} {
		i := parse(t, image)
		i[Traceparent] = bad
		if p, err := ProfileOf(i); err != nil || p.Traceparent != "" || p.UserID != "u1" {
			t.Errorf("%v: %q, %v", bad.DataType(), p.Traceparent, err)
		}
	}
}

func TestErrorsArePrintable(t *testing.T) {
	err := malformed("p.\n\x1b[31m"+strings.Repeat("é", 200), "is wrong")
	if text := err.Error(); len(text) > 700 || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		t.Errorf("%q", text)
	}
}

func TestWeightImpliesTheLimits(t *testing.T) {
	if n := MaxWeight / minWeight; n > events.MaxProfileKeys {
		t.Errorf("%d entries of the least weight fit, at most %d are allowed", n, events.MaxProfileKeys)
	}
	for _, value := range []events.Value{events.Unset, events.JSON("1"), events.JSON(strings.Repeat("1", events.MaxValueBytes))} {
		e := events.Entry{Value: value}
		if w := Weight("key", e); w < int64(e.Bytes("key")) || w < minWeight {
			t.Errorf("weight %d of %d bytes", w, e.Bytes("key"))
		}
	}
}
