package deadletter

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/changes"
	"github.com/bot-preferences/bot-preferences/internal/sqsbody"
)

// taking is SQS as far as Put needs it: it keeps what it is sent.
type taking struct {
	Client
	sent *sqs.SendMessageInput
}

func (c *taking) SendMessage(_ context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	c.sent = in
	return &sqs.SendMessageOutput{}, nil
}

// checkSendable holds a message to the rules of SQS.
func checkSendable(t *testing.T, in *sqs.SendMessageInput) {
	t.Helper()
	body := aws.ToString(in.MessageBody)
	size := len(body)
	for name, v := range in.MessageAttributes {
		value := aws.ToString(v.StringValue)
		if !validName(name) || value == "" || len(value) > 1024 || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("attribute %q: %q", name, value)
		}
		size += len(name) + len(aws.ToString(v.DataType)) + len(value)
	}
	if body == "" || !utf8.ValidString(body) || !sqsbody.Allowed(body) || size > sqsbody.MaxBytes || len(in.MessageAttributes) > maxAttributes {
		t.Errorf("%d bytes, %d attributes, body %.80q", size, len(in.MessageAttributes), body)
	}
}

// Whatever could not be processed, its letter is one that SQS takes, and browsing
// shows the body as it came, where SQS can carry it, and the reason.
func FuzzLetter(f *testing.F) {
	for _, c := range append(changes.Valid(), changes.Malformed()...) {
		if len(c.Text) < 2<<10 {
			f.Add(string(c.Body("e1", changes.Now)), string(c.Code), c.Field, "USER_ID", "u1", false)
		}
	}
	f.Add("", "", "", "aws.x", "x", true)
	f.Add("\ufffe\x00\xff", "\x00", strings.Repeat("é", 600), AttributeCode, "x", true)
	f.Fuzz(func(t *testing.T, body, code, message, name, value string, long bool) {
		if long {
			body += strings.Repeat("é", sqsbody.MaxBytes/2)
		}
		client := &taking{}
		l := Letter{Body: body, Code: events.Code(code), Message: message, Attributes: map[string]string{name: value}}
		if err := New(client, "url").Put(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		checkSendable(t, client.sent)
		back := browsed(&types.Message{Body: client.sent.MessageBody, MessageAttributes: client.sent.MessageAttributes})
		if whole := !back.Truncated; whole && body != "" && sqsbody.Allowed(body) && back.Body != body {
			t.Errorf("%.80q came as %.80q", body, back.Body)
		}
		if back.Truncated && !strings.HasPrefix(sqsbody.Clean(body), back.Body) {
			t.Errorf("cut to %.80q", back.Body)
		}
		if code != "" && isPrintable(code) && len(code) <= 1024 && string(back.Code) != code {
			t.Errorf("code %q came as %q", code, back.Code)
		}
		if isPrintable(message) && len(message) <= 1024 && back.Message != message {
			t.Errorf("message %q came as %q", message, back.Message)
		}
	})
}

// A received letter, whatever is in it, is read; of a change that can be read the
// user is the change's.
func FuzzBrowse(f *testing.F) {
	for _, c := range append(changes.Valid(), changes.Malformed()...) {
		if len(c.Text) < 2<<10 {
			f.Add(string(c.Body("e1", changes.Now)), string(c.Code), "1700000000000", "1")
		}
	}
	f.Add(`{"user_id":"u1"`, "", "x", "-1")
	f.Add(`{"user_id":"not of the change","id":"e1","time":"2026-11-23T10:00:00Z","detail-type":"PreferenceChange","detail":{"user_id":"u1","replace":true}}`, "", "", "")
	f.Add(`{"detail":{"user_id":{"user_id":"x"},"user_id":"u1"`, "redrive", "9223372036854775807", "99999999999999999999")
	f.Fuzz(func(t *testing.T, body, code, sent, receives string) {
		l := browsed(&types.Message{
			Body: &body, MessageAttributes: map[string]types.MessageAttributeValue{AttributeCode: {StringValue: &code}, "X": {}},
			Attributes: map[string]string{"SentTimestamp": sent, "ApproximateReceiveCount": receives},
		})
		if l.Body != body || l.Code == "" || code != "" && string(l.Code) != code {
			t.Errorf("%+v", l)
		}
		if c, err := events.DecodeChange([]byte(body)); err == nil && l.UserID != c.UserID {
			t.Errorf("user %q, of a change of %q: %s", l.UserID, c.UserID, body)
		}
		if e, err := events.DecodeEnvelope([]byte(body)); err == nil && l.Source != e.Source {
			t.Errorf("source %q, of an envelope of %q: %s", l.Source, e.Source, body)
		}
	})
}
