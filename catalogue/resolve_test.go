package catalogue_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/events"
)

// testdata/resolve.json has the cases that Python and TypeScript share.
type sharedView struct {
	Preferences  events.Preferences `json:"preferences"`
	InferredKeys []string           `json:"inferred_keys"`
}

func (v sharedView) view() catalogue.View { return catalogue.View(v) }

func TestTheSharedCases(t *testing.T) {
	text, err := os.ReadFile("testdata/resolve.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Catalogue json.RawMessage `json:"catalogue"`
		Cases     []struct {
			Name                       string     `json:"name"`
			Catalogue                  *bool      `json:"catalogue"` // false: without one
			Conversation, User, Tenant sharedView `json:",omitzero"`
			Want                       struct {
				Preferences events.Preferences         `json:"preferences"`
				From        map[string]catalogue.Layer `json:"from"`
			} `json:"want"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) < 25 {
		t.Errorf("%d cases", len(file.Cases))
	}
	for _, c := range file.Cases {
		var used *catalogue.Catalogue
		if c.Catalogue == nil {
			if used, err = catalogue.Load(file.Catalogue); err != nil {
				t.Fatal(err)
			}
		}
		got := used.Resolve(catalogue.Profiles{Conversation: c.Conversation.view(), User: c.User.view(), Tenant: c.Tenant.view()})
		if diff := cmp.Diff(catalogue.Resolved(c.Want), got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.Name, diff)
		}
	}
}

// naive asks each place for one key, in the order of the contract.
func naive(c *catalogue.Catalogue, p catalogue.Profiles, key string) (events.Value, catalogue.Layer) {
	e, known := c.Entry(key)
	get := func(layer catalogue.Layer, v catalogue.View, inferred bool) bool {
		return v.Preferences[key] != events.Unset && slices.Contains(v.InferredKeys, key) == inferred && (!known || slices.Contains(e.Layers, layer))
	}
	switch {
	case e.Locked && get(catalogue.Tenant, p.Tenant, false):
		return p.Tenant.Preferences[key], catalogue.Tenant
	case get(catalogue.Conversation, p.Conversation, false):
		return p.Conversation.Preferences[key], catalogue.Conversation
	case get(catalogue.User, p.User, false):
		return p.User.Preferences[key], catalogue.User
	case get(catalogue.Conversation, p.Conversation, true):
		return p.Conversation.Preferences[key], catalogue.Conversation
	case get(catalogue.User, p.User, true):
		return p.User.Preferences[key], catalogue.User
	case get(catalogue.Tenant, p.Tenant, false) || get(catalogue.Tenant, p.Tenant, true):
		return p.Tenant.Preferences[key], catalogue.Tenant
	case e.Name == key && e.Default != events.Unset:
		return e.Default, catalogue.Default
	}
	return events.Unset, ""
}

func TestResolveIsTheNaiveResolver(t *testing.T) {
	keys := []string{"a", "b", "c", "p.a", "p.b", "p.", "p.q.x", "z"}
	rapid.Check(t, func(t *rapid.T) {
		var entries []catalogue.Entry
		for _, name := range []string{"a", "b", "c", "p.*", "p.q.*", "p.b"} {
			if rapid.Bool().Draw(t, "has "+name) {
				e := entry(name, "true")
				e.Layers = rapid.SliceOfNDistinct(rapid.SampledFrom([]catalogue.Layer{catalogue.Tenant, catalogue.User, catalogue.Conversation}), 0, 3, rapid.ID[catalogue.Layer]).Draw(t, "layers")
				e.Locked = rapid.Bool().Draw(t, "locked")
				if rapid.Bool().Draw(t, "default") {
					e.Default = events.Text("default " + name)
				}
				entries = append(entries, e)
			}
		}
		c, err := catalogue.New(1, catalogue.Accept, entries)
		if err != nil {
			t.Fatal(err)
		}
		view := func(layer catalogue.Layer) (v catalogue.View) {
			v.Preferences = events.Preferences{}
			for _, key := range keys {
				switch rapid.IntRange(0, 3).Draw(t, "said") {
				case 0:
					v.Preferences[key] = events.Text(string(layer))
				case 1:
					v.Preferences[key] = events.Text(string(layer) + " inferred")
					v.InferredKeys = append(v.InferredKeys, key)
				case 2:
					v.Preferences[key] = events.Unset
				}
			}
			return v
		}
		p := catalogue.Profiles{Conversation: view(catalogue.Conversation), User: view(catalogue.User), Tenant: view(catalogue.Tenant)}
		got := c.Resolve(p)
		count := 0
		for _, key := range keys {
			v, from := naive(c, p, key)
			if got.Preferences[key] != v || got.From[key] != from {
				t.Fatalf("%s: %v from %q, want %v from %q", key, got.Preferences[key], got.From[key], v, from)
			}
			if from != "" {
				count++
			}
		}
		if len(got.Preferences) != count || len(got.From) != count {
			t.Fatalf("%v, %v, want %d keys", got.Preferences, got.From, count)
		}
	})
}

func BenchmarkResolve(b *testing.B) {
	text, err := os.ReadFile("testdata/resolve.json")
	if err != nil {
		b.Fatal(err)
	}
	var file struct{ Catalogue json.RawMessage }
	if err := json.Unmarshal(text, &file); err != nil {
		b.Fatal(err)
	}
	c, err := catalogue.Load(file.Catalogue)
	if err != nil {
		b.Fatal(err)
	}
	view := catalogue.View{Preferences: events.Preferences{"language": events.Text("fr"), "tone": events.Text("dry"), "notify.news.sms": events.Bool(true), "city": events.Text("Bonn")}, InferredKeys: []string{"tone"}}
	b.ReportAllocs()
	for b.Loop() {
		c.Resolve(catalogue.Profiles{Conversation: view, User: view, Tenant: view})
	}
}
