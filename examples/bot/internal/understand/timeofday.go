package understand

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
)

// clockTime is "22:00", "22.30 Uhr", "22h30", "22 h", "10 pm", "10:30 p.m.".
var clockTime = regexp.MustCompile(`(?i)^(\d{1,2})(?: ?[:.h] ?(\d{2}))? ?(uhr|h|am|pm|a\.m\.?|p\.m\.?|horas)?$`)

// timeOfDay parses a time and formats it like "22:00". It refuses a bare number that
// could be in the morning or in the evening.
func timeOfDay(captured string) (events.Value, bool) {
	match := clockTime.FindStringSubmatch(captured)
	if match == nil {
		return events.Unset, false
	}
	hour, _ := strconv.Atoi(match[1]) // one or two digits
	minute, _ := strconv.Atoi("0" + match[2])
	unit := strings.ReplaceAll(strings.ToLower(match[3]), ".", "")
	if unit == "" && match[2] == "" && hour <= 12 {
		return events.Unset, false
	}
	if unit == "am" || unit == "pm" {
		if hour < 1 || hour > 12 {
			return events.Unset, false
		}
		if hour %= 12; unit == "pm" {
			hour += 12
		}
	}
	if hour > 23 || minute > 59 {
		return events.Unset, false
	}
	return events.Text(fmt.Sprintf("%02d:%02d", hour, minute)), true
}
