package events_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
)

// benchBodies are queue messages as bots send them, small and big.
func benchBodies() map[string][]byte {
	bodies := map[string][]byte{}
	for _, keys := range []int{2, 100} {
		p := events.Preferences{}
		for i := range keys {
			p[fmt.Sprintf("preference.%d", i)] = events.Text("a value as long as most are")
		}
		c := events.PreferenceChange{ID: stampAt(0), UserID: "telegram:5551234", Preferences: p, ConversationID: "chat-77"}
		e := events.ChangeEnvelope("shop-bot", &c, noon)
		bodies[fmt.Sprintf("%d keys", keys)] = e.AppendJSON(nil)
	}
	return bodies
}

func BenchmarkDecodeChange(b *testing.B) {
	for name, body := range benchBodies() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := events.DecodeChange(body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkEncodingJSON is what encoding/json takes to read the same text
// without any of the rules.
func BenchmarkEncodingJSON(b *testing.B) {
	for name, body := range benchBodies() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				var e struct {
					ID, Source, Time string
					DetailType       string `json:"detail-type"`
					Detail           struct {
						ID             string                     `json:"id"`
						UserID         string                     `json:"user_id"`
						Preferences    map[string]json.RawMessage `json:"preferences"`
						Replace        bool                       `json:"replace"`
						ConversationID string                     `json:"conversation_id"`
					}
				}
				if err := json.Unmarshal(body, &e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	c, err := events.DecodeChange(benchBodies()["100 keys"])
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var buffer []byte
	for b.Loop() {
		buffer = c.AppendJSON(buffer[:0])
	}
}

func BenchmarkClockNext(b *testing.B) {
	clock := events.NewClock()
	for b.Loop() {
		clock.Next()
	}
}
