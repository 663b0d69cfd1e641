package telegram

import "testing"

const (
	person  = `"from":{"id":1001,"is_bot":false,"first_name":"Sam"},`
	service = `"from":{"id":777000,"is_bot":false,"first_name":"Telegram"},`
	group   = `"chat":{"id":-1007,"type":"supergroup","title":"Friends"},`
	channel = `{"id":-1008,"type":"channel","title":"News"}`
	text    = `"message_id":7,"date":1700000000,"text":"call me Bob"`
)

// The members are those of "Message" and "MessageOrigin" in
// https://core.telegram.org/bots/api. Issue 2810 of python-telegram-bot shows what a
// discussion group receives.
func TestSaid(t *testing.T) {
	for name, row := range map[string]struct {
		message string
		own     bool
	}{
		"a person in a group":   {person + group + text, true},
		"a person in private":   {person + `"chat":{"id":1001,"type":"private"},` + text, true},
		"a reply":               {person + group + `"reply_to_message":{` + service + group + text + `},` + text, true},
		"a bot":                 {`"from":{"id":2,"is_bot":true},` + group + text, false},
		"nobody":                {group + text, false},
		"a channel post":        {`"sender_chat":` + channel + `,"chat":` + channel + "," + text, false},
		"signed channel post":   {person + `"chat":` + channel + "," + text, false},
		"automatic forward":     {service + `"sender_chat":` + channel + `,"is_automatic_forward":true,` + group + text, false},
		"automatic, older":      {service + group + text, false},
		"automatic, marked":     {person + `"is_automatic_forward":true,` + group + text, false},
		"anonymous admin":       {`"from":{"id":1087968824,"is_bot":true,"username":"GroupAnonymousBot"},"sender_chat":{"id":-1007,"type":"supergroup"},` + group + text, false},
		"on behalf of a chat":   {person + `"sender_chat":` + channel + "," + group + text, false},
		"forwarded":             {person + `"forward_origin":{"type":"user","date":1690000000,"sender_user":{"id":1002}},` + group + text, false},
		"forwarded one's own":   {person + `"forward_origin":{"type":"user","date":1690000000,"sender_user":{"id":1001}},` + group + text, false},
		"forwarded, hidden":     {person + `"forward_origin":{"type":"hidden_user","sender_user_name":"Kim"},` + group + text, false},
		"forwarded, of no kind": {person + `"forward_origin":{},` + group + text, false},
		"forwarded before 7.0":  {person + `"forward_date":1690000000,` + group + text, false},
		"the same, from a user": {person + `"forward_from":{"id":1002},` + group + text, false},
		"the same, a channel":   {person + `"forward_from_chat":` + channel + "," + group + text, false},
		"the same, hidden":      {person + `"forward_sender_name":"Kim",` + group + text, false},
		"through an inline bot": {person + `"via_bot":{"id":2,"is_bot":true},` + group + text, false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, kind := range []string{"message", "edited_message"} {
				u, err := parse([]byte(`{"update_id":1,"` + kind + `":{` + row.message + `}}`))
				if err != nil {
					t.Fatal(err)
				}
				if got := u.Said(); (got != nil) != row.own || row.own && got.Text != "call me Bob" {
					t.Errorf("%s: said %+v, want somebody's own words: %t", kind, got, row.own)
				}
			}
		})
	}
}

func TestSaidWithoutAMessage(t *testing.T) {
	for _, line := range []string{`{"update_id":1}`, `{"update_id":1,"channel_post":{"chat":` + channel + "," + text + `}}`} {
		u, err := parse([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		if got := u.Said(); got != nil {
			t.Errorf("%s: said %+v", line, got)
		}
	}
}
