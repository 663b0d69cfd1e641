package localrun

import (
	"fmt"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/cloudwatch"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

// metered takes the metrics out of what functions write, and passes the lines on.
func (e *Environment) metered(output func(runtime.Line)) func(runtime.Line) {
	return func(l runtime.Line) {
		if strings.Contains(l.Text, `"_aws"`) {
			e.Do(func(c *localaws.Cloud) {
				if err := c.Metrics.Line(l.Text); err != nil && output != nil {
					output(runtime.Line{Function: l.Function, Instance: l.Instance, Stderr: l.Stderr, Text: "CloudWatch would drop this line: " + err.Error()})
				}
			})
		}
		if output != nil {
			output(l)
		}
	}
}

// alarmed describes an alarm that a person would hear of; "" for other facts. An alarm
// that is OK from the start is none.
func alarmed(f world.Fact) string {
	c, ok := f.(cloudwatch.Changed)
	if !ok || len(c.Actions) == 0 || c.From == cloudwatch.InsufficientData && c.To == cloudwatch.OK {
		return ""
	}
	return fmt.Sprintf("%s is in %s: %s", c.Alarm, c.To, terminal.Visible(c.Reason))
}
