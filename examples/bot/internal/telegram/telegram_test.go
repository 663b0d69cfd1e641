package telegram

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sam = `"from":{"id":1001,"is_bot":false,"first_name":"Sam","language_code":"en"},"chat":{"id":1001,"type":"private","first_name":"Sam"},"date":1700000000`

func TestRead(t *testing.T) {
	message := &Message{ID: 7, From: &User{ID: 1001, FirstName: "Sam", LanguageCode: "en"},
		Chat: Chat{ID: 1001, Type: "private"}, Date: 1700000000, Text: "hi 😊"}
	for _, row := range []struct {
		name, lines string
		want        []Update
		wantErr     string
	}{
		{"nothing", "", nil, ""},
		{"a message", `{"update_id":1,"message":{"message_id":7,` + sam + `,"text":"hi 😊"}}`, []Update{{ID: 1, Message: message}}, ""},
		{"escapes, as Telegram writes them", `{"update_id":1,"message":{"message_id":7,` + sam + `,"text":"hi \ud83d\ude0a"}}`, []Update{{ID: 1, Message: message}}, ""},
		{"an edited message", `{"update_id":2,"edited_message":{"message_id":7,` + sam + `,"edit_date":1700000009,"text":"hi 😊"}}`, []Update{{ID: 2, EditedMessage: message}}, ""},
		{"an unknown kind", `{"update_id":3,"poll":{"id":"9"}}`, []Update{{ID: 3}}, ""},
		{"an empty line between", "{\"update_id\":1}\n\n{\"update_id\":2}\n", []Update{{ID: 1}, {ID: 2}}, ""},
		{"not JSON", "{\"update_id\":1}\n{oops\n{\"update_id\":2}", []Update{{ID: 1}}, "line 2: is not a Telegram update"},
		{"no id", `{"message":{}}`, nil, "line 1: is not a Telegram update: update_id is required"},
		{"too long", strings.Repeat("x", maxLine+1), nil, "line 1: bufio.Scanner: token too long"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []Update
			var failure string
			for u, err := range Read(strings.NewReader(row.lines)) {
				if err != nil {
					failure = err.Error()
					continue
				}
				got = append(got, u)
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("updates (-want +got):\n%s", diff)
			}
			if !strings.HasPrefix(failure, row.wantErr) || (failure == "") != (row.wantErr == "") {
				t.Errorf("error %q, want %q", failure, row.wantErr)
			}
		})
	}
}

func TestSeen(t *testing.T) {
	var s Seen
	for _, row := range []struct {
		id   int64
		want bool
	}{{5, false}, {6, false}, {5, true}, {4, false}, {6, true}, {4, true}} {
		if got := s.Before(row.id); got != row.want {
			t.Errorf("update %d seen before: %v, want %v", row.id, got, row.want)
		}
	}
}

func TestSeenForgetsTheOldest(t *testing.T) {
	var s Seen
	for id := range int64(2*remembered + 1) {
		s.Before(id)
	}
	if !s.Before(remembered + 1) {
		t.Error("the oldest of those that fit is forgotten")
	}
	if s.Before(remembered) {
		t.Error("more ids are kept than promised")
	}
	if len(s.known) != remembered {
		t.Errorf("%d ids are kept, want %d", len(s.known), remembered)
	}
}
