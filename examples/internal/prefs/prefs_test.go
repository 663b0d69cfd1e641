package prefs_test

import (
	"slices"
	"testing"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/examples/internal/prefs"
)

func TestGetters(t *testing.T) {
	nothing := events.Preferences{}
	if got := prefs.Language(nothing); got != "en" {
		t.Errorf("language: %s", got)
	}
	if got := prefs.Language(prefs.SetLanguage("fr")); got != "fr" {
		t.Errorf("language: %s", got)
	}
	if got := prefs.Language(events.Preferences{"language": events.Number(1)}); got != "en" {
		t.Errorf("a value of another type: %s", got)
	}
	for want, p := range map[prefs.ToneWord]events.Preferences{
		prefs.ToneFormal: prefs.SetTone(prefs.ToneFormal), prefs.ToneNeutral: {"tone": events.Text("loud")},
	} {
		if got := prefs.Tone(p); got != want {
			t.Errorf("tone: %s, want %s", got, want)
		}
	}
	if name, ok := prefs.Name(nothing); ok || name != "" {
		t.Errorf("name: %q", name)
	}
	if name, ok := prefs.Name(prefs.SetName("Sam")); !ok || name != "Sam" {
		t.Errorf("name: %q", name)
	}
	if got := prefs.TextSize(events.Preferences{"text_size": events.JSON("1.50")}); got != 1.5 {
		t.Errorf("text size: %v", got)
	}
	if hours, ok := prefs.QuietHours(prefs.SetQuietHours(events.JSON(`{"from":"22:00","to":"07:00"}`))); !ok || hours != events.JSON(`{"from":"22:00","to":"07:00"}`) {
		t.Errorf("quiet hours: %v", hours)
	}
}

func TestPrefixes(t *testing.T) {
	nothing := events.Preferences{}
	if !prefs.Notify(nothing, "orders.sms") || prefs.Notify(nothing, "marketing.sms") || prefs.NotifyMarketing(nothing, "sms") {
		t.Error("the longest prefix gives the default")
	}
	if prefs.Notify(prefs.SetNotify("orders.sms", false), "orders.sms") {
		t.Error("what is said is not read")
	}
}

func TestSets(t *testing.T) {
	said := prefs.Join(prefs.Topics.Add("sports"), prefs.Topics.Add("art"), prefs.Topics.Remove("law"), events.Preferences{"topics:": events.Bool(true), "topics:x": events.Bool(false)})
	if got := prefs.Topics.All(said); !slices.Equal(got, []string{"art", "sports"}) {
		t.Errorf("%q", got)
	}
	if !prefs.Topics.Has(said, "art") || prefs.Topics.Has(said, "law") || said["topics:law"] != events.Unset {
		t.Errorf("%v", said)
	}
}

// What the setters say is what the catalogue accepts.
func TestSettersPassTheCatalogue(t *testing.T) {
	said := prefs.Join(prefs.SetLanguage("pt-BR"), prefs.SetTone(prefs.ToneDry), prefs.SetUnits(prefs.UnitsMetric), prefs.SetNotify("orders.email", false),
		prefs.Topics.Add("art"), prefs.ForgetName(), prefs.SetTextSize(2))
	if broken := prefs.Catalogue().Check(catalogue.User, said); broken != nil {
		t.Errorf("%v", broken)
	}
	if broken := prefs.Catalogue().Check(catalogue.User, prefs.SetLanguage("English")); catalogue.FirstRefusal(broken) == nil {
		t.Error("a wrong language is accepted")
	}
}
