package changes

import (
	"fmt"
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
)

// malformed generates the texts that are too big to be stored as files, by the name
// that the table gives them.
var malformed = map[string]func() []byte{
	"101 keys":                                func() []byte { return change(numbered(events.MaxChangeKeys+1), "") },
	"value nested 901 levels deep":            func() []byte { return one("deep", nested(events.MaxValueDepth+1)) },
	"value nested 20000 levels deep":          func() []byte { return one("deep", nested(20_000)) },
	"value of 16 KiB and a byte":              func() []byte { return one("big", quoted(events.MaxValueBytes+1)) },
	"value over 16 KiB by its white space":    func() []byte { return one("big", spaced(events.MaxValueBytes+1)) },
	"change of 128 KiB and a byte":            func() []byte { return wide(events.MaxChangeBytes + 1) },
	"change over 128 KiB by an unknown field": func() []byte { return padded(events.MaxChangeBytes+1, `"language":"fr"`, "") },
	"change of 200 KiB of version 2":          func() []byte { return padded(200<<10, `"language":"fr"`, `,"version":2`) },
}

// atLimits returns valid changes that one more byte or level would make malformed.
func atLimits() []Case {
	numbers := events.Preferences{}
	for i := range events.MaxChangeKeys {
		numbers[fmt.Sprintf("k%d", i)] = events.JSON(fmt.Sprint(i))
	}
	big, space, deep := quoted(events.MaxValueBytes), spaced(events.MaxValueBytes), nested(events.MaxValueDepth)
	brackets := `["\"` + strings.Repeat("[", 2000) + `\\",1]`
	return []Case{
		accepted("100 keys", change(numbered(events.MaxChangeKeys), ""), ofU1(numbers)),
		accepted("value of 16 KiB", one("big", big), ofU1(events.Preferences{"big": events.JSON(big)})),
		accepted("value of 16 KiB with its white space", one("big", space), ofU1(events.Preferences{"big": events.JSON(space)})),
		accepted("value nested 900 levels deep", one("deep", deep), ofU1(events.Preferences{"deep": events.JSON(deep)})),
		accepted("brackets within a string", one("text", brackets), ofU1(events.Preferences{"text": events.JSON(brackets)})),
		accepted("change of 128 KiB", padded(events.MaxChangeBytes, `"language":"fr"`, ""), ofU1(events.Preferences{"language": events.Text("fr")})),
	}
}

func ofU1(p events.Preferences) events.PreferenceChange {
	return events.PreferenceChange{UserID: "u1", Preferences: p}
}

// change returns the text of a change of u1. rest holds further fields.
func change(members, rest string) []byte {
	return []byte(`{"user_id":"u1","preferences":{` + members + `}` + rest + `}`)
}

func one(key, text string) []byte { return change(`"`+key+`":`+text, "") }

func numbered(n int) string {
	members := make([]string, n)
	for i := range members {
		members[i] = fmt.Sprintf(`"k%d":%d`, i, i)
	}
	return strings.Join(members, ",")
}

func nested(levels int) string { return strings.Repeat("[", levels) + strings.Repeat("]", levels) }

// quoted returns a JSON string of n bytes, quotes included.
func quoted(n int) string { return `"` + strings.Repeat("x", n-2) + `"` }

// spaced returns an array of one number, with white space to make it n bytes.
func spaced(n int) string { return "[1" + strings.Repeat(" ", n-3) + "]" }

// padded returns a change of n bytes, most of them in an unknown field.
func padded(n int, members, rest string) []byte {
	bare := len(change(members, rest+`,"x":`))
	return change(members, rest+`,"x":`+quoted(n-bare))
}

// wide returns a change of n bytes, most of them in values that are allowed one by one.
func wide(n int) []byte {
	var members []string
	for i := range 8 {
		members = append(members, fmt.Sprintf(`"k%d":%s`, i, quoted(15<<10)))
	}
	bare := len(change(strings.Join(members, ","), "")) + len(`,"k8":`)
	return change(strings.Join(append(members, `"k8":`+quoted(n-bare)), ","), "")
}
