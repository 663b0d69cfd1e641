package understand

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/google/go-cmp/cmp"
)

type wish struct {
	text string
	want events.Preferences
}

func says(key string, json events.Value) events.Preferences { return events.Preferences{key: json} }

func testWishes(t *testing.T, wishes []wish) {
	t.Helper()
	for _, w := range wishes {
		t.Run(w.text, func(t *testing.T) {
			if diff := cmp.Diff(w.want, phrases(w.text)); diff != "" {
				t.Errorf("learned (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEnglish(t *testing.T) {
	testWishes(t, []wish{
		{"call me Sam", says("name", events.Text("Sam"))},
		{"Hi! Call me Sam, please 😊", says("name", events.Text("Sam"))},
		{"actually call me Samantha", says("name", events.Text("Samantha"))},
		{"call me Mary Ann from now on", says("name", events.Text("Mary Ann"))},
		{"Call me 美咲 please", says("name", events.JSON(`"美咲"`))},
		{"my name is O’Neil", says("name", events.JSON(`"O'Neil"`))},
		{"speak French to me", says("language", events.Text("fr"))},
		{"please answer in English", says("language", events.Text("en"))},
		{"In Spanish, please", says("language", events.Text("es"))},
		{"switch to Italian", says("language", events.Text("it"))},
		{"please forget my language", says("language", events.Unset)},
		{"be more formal", says("tone", events.Text("formal"))},
		{"please be casual", says("tone", events.Text("informal"))},
		{"be brief", says("verbosity", events.Text("brief"))},
		{"Keep it short!", says("verbosity", events.Text("brief"))},
		{"give me more details please", says("verbosity", events.Text("detailed"))},
		{"no notifications after 22:00", says("quiet_after", events.JSON(`"22:00"`))},
		{"No messages after 10 p.m. please.", says("quiet_after", events.JSON(`"22:00"`))},
		{"don't notify me after 9:30 pm", says("quiet_after", events.JSON(`"21:30"`))},
		{"no emojis please", says("emoji", events.Bool(false))},
		{"use more emoji 🎉", says("emoji", events.Bool(true))},
	})
}

func TestGerman(t *testing.T) {
	testWishes(t, []wish{
		{"Vergiss meine Sprache bitte", says("language", events.Unset)},
		{"nenn mich Sam", says("name", events.Text("Sam"))},
		{"Nennen Sie mich bitte Jonas.", says("name", events.Text("Jonas"))},
		{"Hallo, ich heiße Jürgen", says("name", events.JSON(`"Jürgen"`))},
		{"auf Deutsch bitte", says("language", events.Text("de"))},
		{"Sprich bitte Englisch mit mir", says("language", events.Text("en"))},
		{"antworte mir auf Französisch", says("language", events.Text("fr"))},
		{"sag du zu mir", says("tone", events.Text("informal"))},
		{"Du kannst mich ruhig duzen 🙂", says("tone", events.Text("informal"))},
		{"siezen Sie mich", says("tone", events.Text("formal"))},
		{"Sagen Sie bitte Sie zu mir", says("tone", events.Text("formal"))},
		{"fass dich kurz", says("verbosity", events.Text("brief"))},
		{"bitte ausführlichere Antworten", says("verbosity", events.Text("detailed"))},
		{"keine Benachrichtigungen nach 22 Uhr", says("quiet_after", events.JSON(`"22:00"`))},
		{"Nach 21.30 Uhr keine Nachrichten mehr, danke", says("quiet_after", events.JSON(`"21:30"`))},
		{"keine Emojis mehr", says("emoji", events.Bool(false))},
		{"Emojis sind in Ordnung", says("emoji", events.Bool(true))},
	})
}

func TestFrench(t *testing.T) {
	testWishes(t, []wish{
		{"Oubliez ma langue", says("language", events.Unset)},
		{"appelle-moi Sam", says("name", events.Text("Sam"))},
		{"Bonjour ! Appelez-moi Camille, s'il vous plaît", says("name", events.Text("Camille"))},
		{"je m’appelle Zoé", says("name", events.JSON(`"Zoé"`))},
		{"en français s’il te plaît", says("language", events.Text("fr"))},
		{"parle-moi en espagnol", says("language", events.Text("es"))},
		{"Écris en anglais stp", says("language", events.Text("en"))},
		{"tutoie-moi", says("tone", events.Text("informal"))},
		{"On peut se tutoyer !", says("tone", events.Text("informal"))},
		{"vouvoyez-moi", says("tone", events.Text("formal"))},
		{"sois bref", says("verbosity", events.Text("brief"))},
		{"Donne-moi plus de détails", says("verbosity", events.Text("detailed"))},
		{"pas de notifications après 22h", says("quiet_after", events.JSON(`"22:00"`))},
		{"plus de messages après 21 h 30, merci", says("quiet_after", events.JSON(`"21:30"`))},
		{"pas d'émojis", says("emoji", events.Bool(false))},
		{"avec des emojis 🎈", says("emoji", events.Bool(true))},
	})
}

func TestSpanish(t *testing.T) {
	testWishes(t, []wish{
		{"olvida mi idioma, por favor", says("language", events.Unset)},
		{"llámame Sam", says("name", events.Text("Sam"))},
		{"Mejor llámame Lu", says("name", events.Text("Lu"))},
		{"¡Hola! Me llamo Lucía", says("name", events.JSON(`"Lucía"`))},
		{"en español por favor", says("language", events.Text("es"))},
		{"háblame en inglés", says("language", events.Text("en"))},
		{"habla alemán conmigo", says("language", events.Text("de"))},
		{"tutéame", says("tone", events.Text("informal"))},
		{"trátame de usted", says("tone", events.Text("formal"))},
		{"sé breve", says("verbosity", events.Text("brief"))},
		{"dame más detalles", says("verbosity", events.Text("detailed"))},
		{"sin notificaciones después de las 22:00", says("quiet_after", events.JSON(`"22:00"`))},
		{"No me escribas después de las 9 pm", says("quiet_after", events.JSON(`"21:00"`))},
		{"sin emojis", says("emoji", events.Bool(false))},
		{"usa emojis 💃", says("emoji", events.Bool(true))},
	})
}

func TestSeveralWishes(t *testing.T) {
	testWishes(t, []wish{
		{"Call me Sam, be brief. No emojis!", events.Preferences{"name": events.Text("Sam"), "verbosity": events.Text("brief"), "emoji": events.Bool(false)}},
		{"auf Deutsch bitte 🙏 nenn mich Jo", events.Preferences{"language": events.Text("de"), "name": events.Text("Jo")}},
		{"call me Sam, actually call me Samantha", says("name", events.Text("Samantha"))},
		{"What time is it? Call me Sam.", says("name", events.Text("Sam"))},
	})
}

func TestNearMisses(t *testing.T) {
	for _, text := range []string{
		"", " ", "hello", "thanks 👍", "😀😀", "please", "...", "?!",
		"call me", "call me later", "call me back tomorrow", "Call me Monday", "call me maybe", "call me 5",
		"don't call me Sam", "Can I call me Sam?", `he said "call me Sam"`, "my friends call me Sam",
		"call me One Two Three Four", "call me sam@example.com", "my name is hard to spell",
		"I speak French", "Do you speak French?", "speak French?", "speak Klingon to me", "speak up", "in English class we sang",
		"speak French to me, or not?", "Auf Deutsch, oder?", "be careful", "be brief?", "she said be brief", "formal",
		"no notifications after lunch", "no notifications after 25:00", "no notifications after 10", "no notifications after 22:75",
		"no notifications after 13 pm", "no notifications", "after 22:00",
		"don't forget me", "forget me", "I love emojis", "no emojis in the report",
		"nenn mich nicht Sam", "Nenn mir die Uhrzeit", "Wie sagt man das auf Deutsch?", "auf Wiedersehen", "auf keinen Fall",
		"sag mir die Wahrheit", "Ich spreche Deutsch", "keine Nachrichten nach dem Essen", "vergiss mich",
		"ne m'appelle pas Sam", "appelle-moi demain", "je parle français", "Comment dit-on cela en anglais ?", "en retard", "pas de souci", "plus d'emojis",
		"no me llames Sam", "llámame luego", "hablo español", "¿Hablas español?", "en casa", "no hables en inglés",
	} {
		t.Run(text, func(t *testing.T) {
			if m := Message(text); len(m.Changes) > 0 || m.Reply != "" {
				t.Errorf("got %+v, want nothing", m)
			}
		})
	}
}
