package events_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
)

// The vectors were worked out without this package: 6 bytes of milliseconds,
// 10 of the SHA-256, in Crockford's base 32.
func TestDeriveStampIsExact(t *testing.T) {
	for _, c := range []struct {
		time, id, want string
	}{
		{"2026-11-23T10:00:00Z", "11111111-2222-4333-8444-555555555555", "01M83XJ880SX64ECQX7E7RMNDP"},
		{"2026-11-23T12:00:00+02:00", "11111111-2222-4333-8444-555555555555", "01M83XJ880SX64ECQX7E7RMNDP"},
		{"2026-11-23T10:00:00.7899Z", "é", "01M83XJ90N9ACNAZJ06F1N77F2"},
		{"1970-01-01T00:00:00Z", "", "0000000000WERC8GMRZGE196QV"},
	} {
		at, err := time.Parse(time.RFC3339, c.time)
		if err != nil {
			t.Fatal(err)
		}
		got, err := events.DeriveStamp(at, c.id)
		if err != nil || got.String() != c.want {
			t.Errorf("%s of %q: %s, %v, want %s", c.time, c.id, got, err, c.want)
		}
	}
}

func TestDeriveStampRefusesTimesThatNoULIDCarries(t *testing.T) {
	for _, at := range []time.Time{{}, time.UnixMilli(-1), time.Date(10_890, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if s, err := events.DeriveStamp(at, "x"); err == nil || !s.IsZero() {
			t.Errorf("%s: %s, %v, want an error", at, s, err)
		}
	}
}

func TestParseStampIsStrict(t *testing.T) {
	const good = "01M83XJ880T9QF8Y2V6JX4ZB7C"
	for _, text := range []string{good, strings.ToLower(good), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01M83XJ880t9qf8y2v6jx4zb7c"} {
		s, err := events.ParseStamp(text)
		if err != nil || s.String() != strings.ToUpper(text) {
			t.Errorf("%q: %q, %v, want it in upper case", text, s, err)
		}
	}
	for name, text := range map[string]string{
		"empty": "", "short": good[1:], "long": good + "0", "overflow": "8" + good[1:], "space": " " + good[1:],
		"I": "01I" + good[3:], "L": "01L" + good[3:], "O": "01O" + good[3:], "U": "01U" + good[3:],
		"i": "01i" + good[3:], "l": "01l" + good[3:], "o": "01o" + good[3:], "u": "01u" + good[3:],
		"hyphen": "01-" + good[3:], "not ASCII": strings.Repeat("é", 13), "NUL": "\x00" + good[1:],
	} {
		if s, err := events.ParseStamp(text); err == nil || !s.IsZero() {
			t.Errorf("%s: %s, %v, want an error", name, s, err)
		}
	}
}

func TestParseIDReadsBothForms(t *testing.T) {
	const id, text = "01a207d9-2100-7f4c-8732-fd3b8f8a55b6", "01M83XJ880FX68ECQX7E7RMNDP"
	for _, form := range []string{id, strings.ToUpper(id), text, strings.ToLower(text)} {
		s, err := events.ParseID(form)
		if err != nil || s.String() != text || s.UUID() != id {
			t.Errorf("%s: %s, %s, %v", form, s, s.UUID(), err)
		}
	}
	for _, form := range []string{
		"", id[1:], id + "0", "{" + id + "}", "urn:uuid:" + id, strings.ReplaceAll(id, "-", ""), strings.ReplaceAll(id, "-", "_"),
		strings.Replace(id, "-7", "-4", 1), strings.Replace(id, "-7", "-1", 1), strings.Replace(id, "-8", "-0", 1), strings.Replace(id, "-8", "-c", 1),
		strings.Replace(id, "f", "g", 1), "01a207d92-100-7f4c-8732-fd3b8f8a55b6", strings.Replace(id, "-", "é", 1)[:36],
	} {
		if s, err := events.ParseID(form); err == nil || !s.IsZero() {
			t.Errorf("%q: %s, %v, want an error", form, s, err)
		}
	}
}

func TestStampsSortAsStringsAndAsBytes(t *testing.T) {
	any := rapid.Custom(func(t *rapid.T) (s events.Stamp) {
		copy(s[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bytes"))
		return s
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := any.Draw(t, "a"), any.Draw(t, "b")
		if rapid.Bool().Draw(t, "alike") {
			copy(b[:15], a[:15])
		}
		order := bytes.Compare(a[:], b[:])
		if got := strings.Compare(a.String(), b.String()); got != order {
			t.Errorf("as strings %d, as bytes %d", got, order)
		}
		if a.Compare(b) != order || a.After(b) != (order > 0) || a.Before(b) != (order < 0) {
			t.Errorf("Compare %d, After %t, Before %t, as bytes %d", a.Compare(b), a.After(b), a.Before(b), order)
		}
		if back, err := events.ParseStamp(a.String()); !a.IsZero() && (err != nil || back != a) {
			t.Errorf("%s came back as %s, %v", a, back, err)
		}
	})
}

func TestStampForms(t *testing.T) {
	s, err := events.ParseStamp("01M83XJ880SX64ECQX7E7RMNDP")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.UUID(), "01a207d9-2100-cf4c-4732-fd3b8f8a55b6"; got != want {
		t.Errorf("UUID %s, want %s", got, want)
	}
	if got, want := s.Time(), time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC); !got.Equal(want) || got.Location() != time.UTC {
		t.Errorf("time %s, want %s", got, want)
	}
	var none events.Stamp
	if none.String() != "" || !none.IsZero() || !s.After(none) {
		t.Error("the zero stamp must be empty and less than every other")
	}
}

func TestStampsTravelAsText(t *testing.T) {
	s, _ := events.ParseStamp("01M83XJ880SX64ECQX7E7RMNDP")
	text, err := json.Marshal([]events.Stamp{s, {}})
	if want := `["01M83XJ880SX64ECQX7E7RMNDP",""]`; err != nil || string(text) != want {
		t.Fatalf("%s, %v, want %s", text, err, want)
	}
	back := []events.Stamp{{}, s}
	if err := json.Unmarshal(text, &back); err != nil || back[0] != s || !back[1].IsZero() {
		t.Errorf("came back as %v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`["no stamp"]`), &back); err == nil {
		t.Error("text that is no ULID was read as a stamp")
	}
}
