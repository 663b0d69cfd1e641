package catalogue_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/events"
)

// entry is an entry with what a file that says nothing of it means.
func entry(name, schema string, change ...func(*catalogue.Entry)) catalogue.Entry {
	e := catalogue.Entry{Name: name, Schema: schema, Enforce: catalogue.Refuse, EndUser: catalogue.Write, Layers: []catalogue.Layer{catalogue.User}}
	for _, c := range change {
		c(&e)
	}
	return e
}

func build(t testing.TB, unknown catalogue.Action, entries ...catalogue.Entry) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.New(3, unknown, entries)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheExactNameWinsThenTheLongestPrefix(t *testing.T) {
	c := build(t, catalogue.Accept, entry("notify.*", "true"), entry("notify.sms.*", "true"), entry("notify.sms.now", "true"), entry("n*", "true"))
	for key, want := range map[string]string{
		"notify.sms.now": "notify.sms.now", "notify.sms.nower": "notify.sms.*", "notify.sms.": "notify.*", "notify.x": "notify.*",
		"notify.": "n*", "na": "n*", "n": "", "x": "", "": "", "notify.sms.no": "notify.sms.*",
		"n" + strings.Repeat("x", 63): "n*",
	} {
		if e, ok := c.Entry(key); e.Name != want || ok != (want != "") {
			t.Errorf("%q is governed by %q, %t, want %q", key, e.Name, ok, want)
		}
	}
}

func TestValidate(t *testing.T) {
	warn := func(e *catalogue.Entry) { e.Enforce = catalogue.Warn }
	set := func(e *catalogue.Entry) { e.Set = true }
	entries := []catalogue.Entry{
		entry("language", `{"type":"string","pattern":"^[a-z]{2}$"}`), entry("tone", `{"enum":["formal"]}`, warn),
		entry("topics:*", `{"const":true}`, set), entry("spoilt", `{"type":1}`), entry("never", `false`),
	}
	for _, c := range []struct {
		key, value, rule string
		action           catalogue.Action
	}{
		{"language", `"fr"`, "", ""},
		{"language", `"secret"`, "/pattern", catalogue.Refuse},
		{"language", `1`, "/type", catalogue.Refuse},
		{"language", `null`, "", ""},
		{"never", `null`, "", ""},
		{"never", `1`, "/false", catalogue.Refuse},
		{"tone", `"secret"`, "/enum", catalogue.Warn},
		{"topics:sports", `true`, "", ""},
		{"topics:sports", `null`, "", ""},
		{"topics:sports", `false`, "set", catalogue.Refuse},
		{"spoilt", `1`, "schema", catalogue.Refuse},
		{"other", `1`, "unknown", catalogue.Warn},
		{"other", `null`, "", ""},
	} {
		err := build(t, catalogue.Warn, entries...).Validate(c.key, events.JSON(c.value))
		var v *catalogue.Violation
		switch {
		case c.rule == "":
			if err != nil {
				t.Errorf("%s: %s: %v", c.key, c.value, err)
			}
		case !errors.As(err, &v) || v.Key != c.key || v.Rule != c.rule || v.Action != c.action:
			t.Errorf("%s: %s: %v, want %s", c.key, c.value, err, c.rule)
		case strings.Contains(err.Error(), "secret") || err.Error() != "preferences."+c.key+": breaks the catalogue's rule "+c.rule:
			t.Errorf("%s: %v", c.key, err)
		}
	}
	if err := build(t, catalogue.Accept).Validate("other", events.Number(1)); err != nil {
		t.Error(err)
	}
	if err := build(t, catalogue.Refuse).Validate("other", events.Number(1)); err == nil {
		t.Error("an unknown key is accepted")
	}
}

func TestCheckKnowsLayers(t *testing.T) {
	c := build(t, catalogue.Accept, entry("a", `{"type":"string"}`), entry("b", `true`, func(e *catalogue.Entry) {
		e.Layers, e.Enforce = []catalogue.Layer{catalogue.Tenant}, catalogue.Warn
	}))
	broken := c.Check(catalogue.User, events.Preferences{"b": events.Number(1), "a": events.Number(1), "z": events.Number(1)})
	if len(broken) != 2 || broken[0].Rule != "/type" || broken[1].Key != "b" || broken[1].Rule != "layers" || broken[1].Action != catalogue.Warn {
		t.Errorf("%v", broken)
	}
	if first := catalogue.FirstRefusal(broken[1:]); first != nil || catalogue.FirstRefusal(broken) != broken[0] {
		t.Errorf("%v", first)
	}
	if broken := c.Check(catalogue.Conversation, events.Preferences{"a": events.Unset, "b": events.Unset, "z": events.Number(1)}); broken != nil {
		t.Errorf("forgetting is refused: %v", broken)
	}
}

func TestNoCatalogueAcceptsEverything(t *testing.T) {
	var c *catalogue.Catalogue
	p := events.Preferences{"a": events.Number(1)}
	if err := c.Validate("a", p["a"]); err != nil || c.Check(catalogue.Tenant, p) != nil || c.Version() != 0 || c.Unknown() != catalogue.Accept || c.Entries() != nil {
		t.Errorf("%v", err)
	}
	if r := c.Resolve(catalogue.Profiles{User: catalogue.View{Preferences: p}}); len(r.Keys()) != 1 || r.From["a"] != catalogue.User {
		t.Errorf("%v", r)
	}
	if _, ok := c.Default("a"); ok {
		t.Error("there is a default")
	}
}

func TestWhatNewRefuses(t *testing.T) {
	word := func(change func(*catalogue.Entry)) []catalogue.Entry {
		return []catalogue.Entry{entry("a", "true", change)}
	}
	for want, entries := range map[string][]catalogue.Entry{
		`entry "a" is there twice`:                                            {entry("a", "true"), entry("a", "true")},
		`entry "a*" is there twice`:                                           {entry("a*", "true"), entry("a", "true"), entry("a*", "true")},
		`entry "*": no key can have this name`:                                {entry("*", "true")},
		`entry "a**": no key can have this name`:                              {entry("a**", "true")},
		`entry "-a": no key can have this name`:                               {entry("-a", "true")},
		`entry "a": enforce must be refuse or warn`:                           word(func(e *catalogue.Entry) { e.Enforce = catalogue.Accept }),
		`entry "a": end_user must be write, read or none`:                     word(func(e *catalogue.Entry) { e.EndUser = "" }),
		`entry "a": a layer must be tenant, user or conversation`:             word(func(e *catalogue.Entry) { e.Layers = []catalogue.Layer{catalogue.Default} }),
		`entry "` + strings.Repeat("k", 64) + `*": no key can have this name`: {entry(strings.Repeat("k", 64)+"*", "true")},
	} {
		if _, err := catalogue.New(1, catalogue.Accept, entries); err == nil || err.Error() != "catalogue: "+want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := catalogue.New(0, catalogue.Accept, nil); err == nil {
		t.Error("version 0 is accepted")
	}
	if _, err := catalogue.New(1, "", nil); err == nil {
		t.Error("no word for unknown is accepted")
	}
}

func TestLoadReadsWhatJSONWrites(t *testing.T) {
	c := build(t, catalogue.Refuse, entry("b*", `{"minimum":1.0}`, func(e *catalogue.Entry) {
		e.Default, e.Title, e.Locked, e.Sensitive = events.JSON("1.00"), "B", true, true
		e.Layers = []catalogue.Layer{catalogue.Tenant, catalogue.User}
	}), entry("a", "true"))
	text, err := c.JSON()
	want := `{"format":1,"version":3,"unknown":"refuse","entries":[` +
		`{"name":"a","enforce":"refuse","end_user":"write","layers":["user"],"schema":true},` +
		`{"name":"b*","default":1.00,"title":"B","enforce":"refuse","sensitive":true,"end_user":"write","layers":["tenant","user"],"locked":true,"schema":{"minimum":1.0}}]}`
	if err != nil || string(text) != want {
		t.Fatalf("%v\n%s", err, text)
	}
	read, err := catalogue.Load(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := read.Validate("bx", events.JSON("0.5")); err == nil || read.Version() != 3 || read.Unknown() != catalogue.Refuse {
		t.Errorf("%v", err)
	}
	if v, ok := read.Default("bx"); !ok || v != events.JSON("1.00") {
		t.Errorf("%v", v)
	}
	for _, bad := range []string{``, `{}`, `[]`, `{"format":2}`, `version: 1`, want + "1", want[:len(want)-1], `{"format":1.5}`, `{"entries":{}}`,
		strings.Replace(want, `"locked":true`, `"locked":1`, 1), strings.Replace(want, `"layers":["user"]`, `"layers":[1]`, 1), strings.Replace(want, `"title"`, `"titel"`, 1), strings.Replace(want, `"unknown"`, `"others"`, 1), strings.Replace(want, `"b*"`, `"*"`, 1)} {
		if _, err := catalogue.Load([]byte(bad)); err == nil {
			t.Errorf("%s is loaded", bad)
		}
	}
}

func TestValidateFromManyGoroutines(t *testing.T) {
	c := build(t, catalogue.Accept, entry("a", `{"type":"string","pattern":"^a"}`))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if c.Validate("a", events.Text("b")) == nil || c.Validate("a", events.Text("a")) != nil {
				t.Error("wrong")
			}
		})
	}
	wg.Wait()
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(`{"format":1,"version":3,"unknown":"refuse","entries":[{"name":"a*","default":1.0,"enforce":"warn","end_user":"read","layers":["user"],"set":false,"schema":{"type":"number"}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := catalogue.Load(text)
		if err != nil {
			return
		}
		_ = c.Validate("ab", events.JSON("[1]"))
		c.Resolve(catalogue.Profiles{})
		if again, err := c.JSON(); err == nil {
			if _, err := catalogue.Load(again); err != nil {
				t.Errorf("%s: %v", again, err)
			}
		}
	})
}
