package deadletter_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/lab/wiretest"
)

func TestBrowse(t *testing.T) {
	b := newLetterbox(t)
	event := `{"version":"0","detail":{"user_id":"u1","preferences":{}}}`
	b.messages = []*stored{
		{body: event, attributes: map[string]attribute{"ERROR_CODE": {"String", "too_old"}, "ERROR_MESSAGE": {"String", "id: is old"}}},
		{body: event},
		{body: event, attributes: map[string]attribute{"ERROR_CODE": {"String", "NO_PERMISSIONS"}, "ERROR_MESSAGE": {"String", "denied"}, "RULE_ARN": {"String", "arn:r"}}},
		{body: "not JSON", attributes: map[string]attribute{"ERROR_CODE": {"String", "malformed"}, "USER_ID": {"String", "u2"}}},
	}
	at := time.UnixMilli(1700000000123).UTC()
	want := []deadletter.Browsed{
		{Letter: deadletter.Letter{Body: event, Code: "too_old", Message: "id: is old", UserID: "u1", Attributes: map[string]string{}}, ID: "m0", Receipt: "0", Sent: at, Receives: 1},
		{Letter: deadletter.Letter{Body: event, Code: "redrive", UserID: "u1", Attributes: map[string]string{}}, ID: "m1", Receipt: "1", Sent: at, Receives: 1},
		{Letter: deadletter.Letter{Body: event, Code: "NO_PERMISSIONS", Message: "denied", UserID: "u1", Attributes: map[string]string{"RULE_ARN": "arn:r"}}, ID: "m2", Receipt: "2", Sent: at, Receives: 1},
		{Letter: deadletter.Letter{Body: "not JSON", Code: "malformed", UserID: "u2", Attributes: map[string]string{}}, ID: "m3", Receipt: "3", Sent: at, Receives: 1},
	}
	if diff := cmp.Diff(want[:3], b.browse(3)); diff != "" {
		t.Errorf("three at most: %s", diff)
	}
	if diff := cmp.Diff(want[3:], b.browse(10)); diff != "" {
		t.Errorf("the rest: %s", diff)
	}
	if got := b.browse(10); len(got) != 0 {
		t.Errorf("hidden ones came again: %v", got)
	}
}

func TestBrowseListsALetterOnce(t *testing.T) {
	b := newLetterbox(t)
	b.messages = []*stored{{body: "a"}}
	receive := b.Operations["ReceiveMessage"]
	b.Operations["ReceiveMessage"] = func(body []byte) (int, any, error) {
		b.messages[0].hidden = false // its visibility time-out passes between two requests
		return receive(body)
	}
	if got := b.browse(5); len(got) != 1 || got[0].Receives != 2 {
		t.Errorf("got %v", got)
	}
}

func TestBrowseKeepsWhatItHasOnFailure(t *testing.T) {
	b := newLetterbox(t)
	b.messages = []*stored{{body: "a"}, {body: "b"}, {body: "c"}}
	receive := b.Operations["ReceiveMessage"]
	b.Operations["ReceiveMessage"] = func(body []byte) (int, any, error) {
		if len(b.Calls) > 1 {
			return 0, nil, wiretest.ErrLostAnswer
		}
		return receive(body)
	}
	list, err := b.letters().Browse(t.Context(), 10, 2*time.Minute)
	if err == nil || len(list) != 2 {
		t.Errorf("%d letters, error %v", len(list), err)
	}
}

func TestUserIDIsReadLeniently(t *testing.T) {
	for body, want := range map[string]string{
		`{"detail":{"user_id":"u1"}}`:                                "u1",
		`{"user_id":"u1","revision":3}`:                              "u1",
		`{"detail":{"preferences":{"user_id":"no"},"user_id":"u1"}}`: "u1",
		`{"detail":{"a":1,"a":2,"user_id":"u1","a":`:                 "u1",
		`{"detail":{"user_id":7}}`:                                   "",
		`{"detail":{"x":["user_id"]}}`:                               "",
		`{"detail":"user_id"}`:                                       "",
		`["user_id"]`:                                                "",
		`nonsense`:                                                   "",
		``:                                                           "",
		`{"detail":{"id":"bad","version":99,"user_id":"\ud83e\udd8a"}}`: "\U0001F98A",
	} {
		b := newLetterbox(t)
		b.messages = []*stored{{body: body}}
		if got := b.browse(1)[0].UserID; got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

func TestTheSourceIsReadLeniently(t *testing.T) {
	for body, want := range map[string]string{
		`{"source":"my-bot","detail":{"user_id":"u1"}}`:     "my-bot",
		`{"detail":{"user_id":"u1"},"source":"my-bot","x":`: "my-bot",
		`{"source":"my-bot","detail":"cut o`:                "my-bot",
		`{"detail":{"source":"none of the envelope"}}`:      "",
		`{"source":7}`: "",
		`{"user_id":"u1","revision":3,"code":"unreadable"}`: "",
		`nonsense`: "",
	} {
		b := newLetterbox(t)
		b.messages = []*stored{{body: body}}
		if got := b.browse(1)[0].Source; got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

func TestRedriveReleaseDiscard(t *testing.T) {
	b := newLetterbox(t)
	b.messages = []*stored{{body: "a"}, {body: "b"}, {body: "c"}}
	list := b.browse(3)
	d, ctx := b.letters(), t.Context()
	if err := errors.Join(d.Redrive(ctx, list[0], b), d.Release(ctx, list[1]), d.Discard(ctx, list[2])); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a"}, b.sent); diff != "" {
		t.Errorf("sent back: %s", diff)
	}
	if b.messages[0] != nil || b.messages[2] != nil {
		t.Error("a redriven or discarded letter is still there")
	}
	if left := b.browse(3); len(left) != 1 || left[0].Body != "b" {
		t.Errorf("left: %v", left)
	}
}

// A letter that is gone needs no release, and the others get theirs. Twelve are more than
// one request takes.
func TestManyLettersAreReleased(t *testing.T) {
	b := newLetterbox(t)
	for range 12 {
		b.messages = append(b.messages, &stored{body: "a"})
	}
	list := b.browse(20)
	b.messages[11] = nil
	if err := b.letters().Release(t.Context(), list...); err != nil {
		t.Fatal(err)
	}
	for i, m := range b.messages[:11] {
		if m.hidden {
			t.Errorf("letter %d is still hidden", i)
		}
	}
	b.failure = "InternalError"
	if err := b.letters().Release(t.Context(), list...); err == nil || !strings.Contains(err.Error(), "InternalError") {
		t.Errorf("%v", err)
	}
}

func TestRedriveKeepsWhatIsNotConfirmed(t *testing.T) {
	for _, outcome := range []events.Outcome{events.Rejected, events.NotSent, events.Uncertain} {
		b := newLetterbox(t)
		b.messages = []*stored{{body: "a"}}
		b.sendErr = &events.SendError{Outcome: outcome, Err: errors.New("because")}
		err := b.letters().Redrive(t.Context(), b.browse(1)[0], b)
		if !errors.Is(err, b.sendErr) || b.messages[0] == nil {
			t.Errorf("%s: %v; the letter: %v", outcome, err, b.messages[0])
		}
	}
}

func TestRedriveRefusesWhatIsNotWhole(t *testing.T) {
	b := newLetterbox(t)
	b.messages = []*stored{{body: "a", attributes: map[string]attribute{"BODY_TRUNCATED": {"String", "true"}}}}
	err := b.letters().Redrive(t.Context(), b.browse(1)[0], b)
	if !errors.Is(err, deadletter.ErrTruncated) || b.messages[0] == nil || b.sent != nil {
		t.Errorf("error %v", err)
	}
}
