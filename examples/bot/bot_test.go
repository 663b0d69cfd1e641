package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

// update is what Telegram would deliver for one message of the user 1001.
func update(id int, text string) string {
	quoted, _ := jsontext.AppendQuote(nil, text)
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"from":{"id":1001,"is_bot":false,"first_name":"Sam"},`+
		`"chat":{"id":-7,"type":"group"},"date":1700000000,"text":%s}}`+"\n", id, id, quoted)
}

func talk(t *testing.T, o options, route *memory, updates ...string) (printed string, err error) {
	t.Helper()
	var out strings.Builder
	o.source = "telegram-bot"
	b, err := newBot(o, route, &out)
	if err != nil {
		t.Fatal(err)
	}
	err = b.play(t.Context(), strings.NewReader(strings.Join(updates, "")))
	return out.String(), err
}

func TestLinePerMessage(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"a phrase", "call me Sam 😊", `call me Sam 😊 -> name="Sam"`},
		{"small talk", "hello", `hello -> (nothing)`},
		{"an inference", "Ich bin wieder da", `Ich bin wieder da -> inferred language="de"`},
		{"a phrase and an inference", "call me Sam. What is this?", `call me Sam. What is this? -> name="Sam"; inferred language="en"`},
		{"several keys", "call me Sam, be brief", `call me Sam, be brief -> name="Sam", verbosity="brief"`},
		{"unset", "/unset tone", `/unset tone -> unset tone`},
		{"forget me", "/forget me", `/forget me -> erased everything`},
		{"a reply", "/set", `/set -> Use it like this: /set tone formal`},
		{"two lines", "/set a 1\n/unset b", `/set a 1 / /unset b -> a=1; unset b`},
		{"a refused key", "/set a! 1", `/set a! 1 -> refused: preferences.a!: a key must match [A-Za-z0-9][A-Za-z0-9_.:-]{0,63}`},
		{"what would move the cursor", "hi\u202e \u0007 there", `hi  there -> (nothing)`},
		{"joined emoji", "👩‍💻", `👩‍💻 -> (nothing)`},
		{"no text", "", `(no text) -> (nothing)`},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := talk(t, options{}, &memory{}, update(1, row.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("tg:1001 Sam: "+row.want+"\n", got); diff != "" {
				t.Errorf("printed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChangeNamesUserAndConversation(t *testing.T) {
	route := &memory{}
	if _, err := talk(t, options{}, route, update(1, "/set tone formal\n/forget me")); err != nil {
		t.Fatal(err)
	}
	got, _ := route.received(t)
	if len(got) != 2 {
		t.Fatalf("%d changes, want both", len(got))
	}
	if !got[1].ID.After(got[0].ID) {
		t.Error("the later line does not count as later")
	}
	want := []events.PreferenceChange{
		{ID: got[0].ID, UserID: "tg:1001", ConversationID: "tg:-7", Preferences: events.Preferences{"tone": events.Text("formal")}},
		{ID: got[1].ID, UserID: "tg:1001", ConversationID: "tg:-7", Replace: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRedeliveredUpdateIsSkipped(t *testing.T) {
	route := &memory{}
	printed, err := talk(t, options{}, route, update(5, "call me Sam"), update(6, "hello"), update(5, "call me Sam"))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := route.received(t); len(got) != 1 {
		t.Errorf("%d changes were published, want 1", len(got))
	}
	if !strings.HasSuffix(printed, "call me Sam -> delivered again, skipped\n") {
		t.Errorf("printed:\n%s", printed)
	}
}

// Only a person's own words teach the bot something. Package telegram has the cases.
func TestWhatOthersSaidTeachesNothing(t *testing.T) {
	route := &memory{}
	forwarded := strings.Replace(update(1, "call me Bob"), `"chat"`, `"forward_origin":{"type":"user","date":1690000000},"chat"`, 1)
	automatic := strings.Replace(update(2, "call me Bob"), `"id":1001`, `"id":777000`, 1)
	printed, err := talk(t, options{}, route, forwarded, automatic)
	if err != nil {
		t.Fatal(err)
	}
	if len(route.calls) != 0 || printed != "" {
		t.Errorf("%d calls, printed %q", len(route.calls), printed)
	}
}

func TestRefusedChange(t *testing.T) {
	for _, row := range []struct {
		name      string
		unchecked bool
		refused   int
		suffix    string
	}{
		{"stays here", false, 0, "{0,63}; tone=\"formal\"\n"},
		{"goes unchecked", true, 1, "{0,63}; sent unchecked anyway; tone=\"formal\"\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			route := &memory{}
			printed, err := talk(t, options{unchecked: row.unchecked}, route, update(1, "/set a! 1\n/set tone formal"))
			if err != nil {
				t.Fatal(err)
			}
			accepted, refused := route.received(t)
			if len(accepted) != 1 || len(refused) != row.refused {
				t.Errorf("the pipeline accepts %d and refuses %d, want 1 and %d", len(accepted), len(refused), row.refused)
			}
			if !strings.HasSuffix(printed, row.suffix) {
				t.Errorf("printed %s", printed)
			}
		})
	}
}

func TestFailedChangeIsSentAgainWithItsID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		route := &memory{fail: func(call int, c *events.PreferenceChange) error {
			if call < 3 && c.Preferences["b"] != events.Unset {
				return &events.SendError{Outcome: events.Uncertain}
			}
			return nil
		}}
		printed, err := talk(t, options{}, route, update(1, "/set a 1\n/set b 2"))
		if err != nil {
			t.Fatal(err)
		}
		if len(route.calls) != 4 {
			t.Fatalf("calls %v, want a once and b three times", route.calls)
		}
		if b := route.calls[1][0]; b == route.calls[0][0] || route.calls[2][0] != b || route.calls[3][0] != b {
			t.Errorf("calls %v, want the same id", route.calls)
		}
		if want := "-> a=1; b=2\n"; !strings.HasSuffix(printed, want) {
			t.Errorf("printed %s", printed)
		}
	})
}

func TestLostChange(t *testing.T) {
	for _, row := range []struct {
		name    string
		outcome events.Outcome
		again   bool
	}{
		{"rejected: no use in another try", events.Rejected, false},
		{"not sent, again and again", events.NotSent, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				route := &memory{fail: func(int, *events.PreferenceChange) error {
					return &events.SendError{Outcome: row.outcome, Err: errors.New("no bus")}
				}}
				printed, err := talk(t, options{}, route, update(1, "/set a 1"))
				if err == nil || err.Error() != "1 changes could not be published" {
					t.Errorf("error %v", err)
				}
				if again := len(route.calls) > 1; again != row.again {
					t.Errorf("%d calls", len(route.calls))
				}
				if want := "-> not published: " + row.outcome.String() + ": no bus\n"; !strings.HasSuffix(printed, want) {
					t.Errorf("printed %s", printed)
				}
			})
		})
	}
}

func TestIntervalAndEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		var out strings.Builder
		b, err := newBot(options{source: "telegram-bot", interval: time.Minute}, &memory{}, &out)
		if err != nil {
			t.Fatal(err)
		}
		updates := strings.NewReader(update(1, "one") + update(2, "two") + update(3, "three"))
		if err := b.play(ctx, updates); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(out.String(), "\n"); n != 2 {
			t.Errorf("%d messages within 90 s, want 2, one a minute:\n%s", n, out.String())
		}
	})
}
