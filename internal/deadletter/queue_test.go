package deadletter_test

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/lab/wiretest"
	"github.com/bot-preferences/bot-preferences/internal/sqsbody"
)

func values(attributes map[string]attribute) map[string]string {
	m := map[string]string{}
	for name, a := range attributes {
		m[name] = a.DataType + " " + a.StringValue
	}
	return m
}

func TestPut(t *testing.T) {
	long := strings.Repeat("y", 1025)
	for name, tt := range map[string]struct {
		letter     deadletter.Letter
		body       string
		attributes map[string]string
	}{
		"as it is": {
			letter:     deadletter.Letter{Body: "{\n}", Code: events.TooOld, Message: "id: is old", UserID: "u1", Revision: 7},
			body:       "{\n}",
			attributes: map[string]string{"ERROR_CODE": "String too_old", "ERROR_MESSAGE": "String id: is old", "USER_ID": "String u1", "REVISION": "String 7"},
		},
		"characters that SQS does not take": {
			letter:     deadletter.Letter{Body: "a\x00b\uFFFEc\xffd\U0001F98A", Code: events.Malformed, Message: "é\n" + long},
			body:       "a\uFFFDb\uFFFDc\uFFFDd\U0001F98A",
			attributes: map[string]string{"ERROR_CODE": "String malformed", "ERROR_MESSAGE": "String ??" + strings.Repeat("y", 1024-5) + "..."},
		},
		"nothing at all": {body: "\uFFFD", attributes: map[string]string{}},
		"attributes that SQS or the contract does not take": {
			letter: deadletter.Letter{Body: "x", Code: "c", UserID: "Jos\u00e9", Attributes: map[string]string{
				"EMPTY": "", "LONG": long, "bad name": "v", "AWS.x": "v", "a..b": "v", "ERROR_CODE": "other", "OK": "v",
			}},
			body:       "x",
			attributes: map[string]string{"ERROR_CODE": "String c", "OK": "String v"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newLetterbox(t)
			if err := b.letters().Put(t.Context(), tt.letter); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.body, b.messages[0].body) + cmp.Diff(tt.attributes, values(b.messages[0].attributes)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPutTakesTenAttributesAtMost(t *testing.T) {
	b := newLetterbox(t)
	l := deadletter.Letter{Body: "x", Code: "c", Message: "m", Attributes: map[string]string{}}
	for i := range 12 {
		l.Attributes["A"+strconv.Itoa(10+i)] = "v"
	}
	if err := b.letters().Put(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	got := b.messages[0].attributes
	if _, last := got["A17"]; len(got) != 10 || !last {
		t.Errorf("attributes %v", values(got))
	}
}

func TestPutCutsAtTheLimit(t *testing.T) {
	const labels = len("ERROR_CODE") + len("String") + 1
	const flag = len("BODY_TRUNCATED") + len("String") + len("true")
	for name, tt := range map[string]struct {
		body string
		want int // bytes
		cut  bool
	}{
		"just fits":                  {strings.Repeat("x", sqsbody.MaxBytes-labels), sqsbody.MaxBytes - labels, false},
		"one byte too much":          {strings.Repeat("x", sqsbody.MaxBytes-labels+1), sqsbody.MaxBytes - labels - flag, true},
		"not within a character":     {"x" + strings.Repeat("\U0001F98A", sqsbody.MaxBytes/4), 1 + (sqsbody.MaxBytes-labels-flag-1)/4*4, true},
		"longer by its replacements": {strings.Repeat("\x00", sqsbody.MaxBytes/2), (sqsbody.MaxBytes - labels - flag) / 3 * 3, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newLetterbox(t)
			if err := b.letters().Put(t.Context(), deadletter.Letter{Body: tt.body, Code: "c"}); err != nil {
				t.Fatal(err)
			}
			m := b.messages[0]
			if len(m.body) != tt.want || !utf8.ValidString(m.body) {
				t.Errorf("%d bytes, want %d", len(m.body), tt.want)
			}
			if got := m.attributes["BODY_TRUNCATED"].StringValue == "true"; got != tt.cut {
				t.Errorf("flagged: %t", got)
			}
			if got := b.browse(1)[0].Truncated; got != tt.cut {
				t.Errorf("browsed as cut: %t", got)
			}
		})
	}
}

func TestPutTellsWhenItIsNotConfirmed(t *testing.T) {
	for name, f := range map[string]wiretest.Operation{"lost answer": wiretest.Fail(wiretest.ErrLostAnswer), "refused": wiretest.Refuse(400, "QueueDoesNotExist")} {
		b := newLetterbox(t)
		b.Operations["SendMessage"] = f
		if err := b.letters().Put(t.Context(), deadletter.Letter{Body: "x"}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
