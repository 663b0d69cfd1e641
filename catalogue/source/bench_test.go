package source_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/catalogue/source"
	"github.com/bot-preferences/bot-preferences/events"
)

// The most that is accepted.
func BenchmarkReadMost(b *testing.B) {
	var entries []string
	for i := range source.MaxEntries {
		entries = append(entries, fmt.Sprintf("  k%d: {schema: {type: string, pattern: '^a{1,40}$'}, default: a, title: T, description: Some text, owner: core}", i))
	}
	text := []byte(file(entries...))
	for b.Loop() {
		if _, err := source.Read("c.yaml", text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadShipped(b *testing.B) {
	text, err := os.ReadFile("../../catalogue.yaml")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := source.Read("c.yaml", text); err != nil {
			b.Fatal(err)
		}
	}
}

// What a function pays when it first needs the catalogue.
func BenchmarkLoadShipped(b *testing.B) {
	c := shipped(b)
	text, err := c.JSON()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := catalogue.Load(text); err != nil {
			b.Fatal(err)
		}
	}
}

// What it pays for the first value of each of three keys, and for the next ones.
func BenchmarkValidateFirst(b *testing.B) {
	c := shipped(b)
	text, err := c.JSON()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		fresh, err := catalogue.Load(text)
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		validateThree(b, fresh)
	}
}

func BenchmarkValidateNext(b *testing.B) {
	c := shipped(b)
	b.ReportAllocs()
	for b.Loop() {
		validateThree(b, c)
	}
}

func validateThree(b *testing.B, c *catalogue.Catalogue) {
	for key, v := range map[string]events.Value{"language": events.Text("pt-BR"), "tone": events.Text("formal"), "notify.orders.sms": events.Bool(true)} {
		if err := c.Validate(key, v); err != nil {
			b.Fatal(err)
		}
	}
}
