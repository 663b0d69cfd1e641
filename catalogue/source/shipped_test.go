package source_test

import (
	"archive/zip"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/catalogue/source"
	"github.com/bot-preferences/bot-preferences/events"
)

func shipped(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := source.Open("../../catalogue.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Nothing that works today may break.
func TestTheShippedCatalogueAcceptsTheSamples(t *testing.T) {
	c := shipped(t)
	if c.Unknown() != catalogue.Accept {
		t.Errorf("unknown: %s", c.Unknown())
	}
	text, err := os.ReadFile("../../examples/conversation.profiles.json")
	if err != nil {
		t.Fatal(err)
	}
	var profiles map[string]events.Preferences
	if err := json.Unmarshal(text, &profiles); err != nil {
		t.Fatal(err)
	}
	known := 0
	for user, p := range profiles {
		for _, broken := range c.Check(catalogue.User, p) {
			t.Errorf("%s: %v", user, broken)
		}
		for key := range p {
			if _, ok := c.Entry(key); ok {
				known++
			}
		}
	}
	if known < 15 {
		t.Errorf("the samples have %d values of keys with an entry", known)
	}
}

// What documents and tests publish is at most warned about.
func TestTheShippedCatalogueRefusesNoUsedValue(t *testing.T) {
	c := shipped(t)
	for key, values := range map[string][]string{
		"language":    {`"de"`, `"fr"`, `"es"`, `"en"`, `"ja"`},
		"tone":        {`"formal"`, `"informal"`, `"dry"`, `"warm"`, `"brief"`, `"x"`, `"secret"`, `1`, `1.0`, `"é"`, `"tone 3"`},
		"verbosity":   {`"brief"`, `"detailed"`},
		"name":        {`"Sam"`, `"美咲"`, `"\ufdd0"`},
		"emoji":       {`true`, `false`},
		"quiet_after": {`"22:00"`, `"00:00"`},
		"text_size":   {`1.50`},
		"city":        {`"Wien"`},
		"nickname":    {`null`, `"Sam"`},
		"deep":        {`[[1]]`},
	} {
		for _, v := range values {
			if refused := catalogue.FirstRefusal(c.Check(catalogue.User, events.Preferences{key: events.JSON(v)})); refused != nil {
				t.Errorf("%s: %s: %v", key, v, refused)
			}
		}
	}
}

func TestTheShippedPatterns(t *testing.T) {
	c := shipped(t)
	check := func(key string, right bool, texts ...string) {
		for _, text := range texts {
			if err := c.Validate(key, events.Text(text)); (err == nil) != right {
				t.Errorf("%s %q: %v", key, text, err)
			}
		}
	}
	check("language", true, "en", "pt-BR", "zh-Hant-TW", "sl-rozaj-biske", "de-CH-1996", "es-419", "ast", "en-u-ca-buddhist", "de-x-a", "zh-cmn-Hans-CN", "de-DE-u-co-phonebk-x-own")
	check("language", false, "", "English", "e", "en_US", "en-", "en-x", "en-U", "fr ", " fr", "fr\n")
	check("time_zone", false, "", "europe/paris", "Europe/", "/Paris", "+02:00", "Europe/Paris ", "A/b/c/d")
	check("quiet_after", false, "24:00", "9:30", "22:60", "22:30:00")
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	zones, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer zones.Close()
	count := 0
	for _, f := range zones.File {
		if !strings.HasSuffix(f.Name, "/") {
			check("time_zone", true, f.Name)
			count++
		}
	}
	if count < 400 {
		t.Errorf("%d zones", count)
	}
}

// The compiled form says the same as the file.
func TestTheCompiledFormIsTheCatalogue(t *testing.T) {
	c := shipped(t)
	text, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	read, err := catalogue.Load(text)
	if err != nil {
		t.Fatal(err)
	}
	again, err := read.JSON()
	if err != nil || string(again) != string(text) {
		t.Errorf("%v\n%s\n%s", err, text, again)
	}
	if got, want := read.Entries(), c.Entries(); len(got) != len(want) {
		t.Errorf("%d entries, want %d", len(got), len(want))
	}
}
