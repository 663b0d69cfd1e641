package doctor_test

import (
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/doctor"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	local "github.com/bot-preferences/bot-preferences/internal/localaws/cloudwatch"
)

// An alarm that notifies nobody is a part of others. It may be in ALARM while all is well:
// that there are enough changes to judge is one.
func TestAPartOfAnAlarmIsNoFinding(t *testing.T) {
	examine(t, func(p *patient) {
		part := local.Alarm{
			Name: "bot-preferences-dev-enough-changes", Metric: local.Metric{Namespace: "BotPreferences", Name: "ChangeToVisible"}, Statistic: "SampleCount",
			Period: time.Minute, EvaluationPeriods: 1, Comparison: "GreaterThanOrEqualToThreshold", MissingData: "breaching",
		}
		p.cloud(func(c *localaws.Cloud) { p.must(nil, c.Metrics.PutAlarm(part)) })
		p.turn(2 * time.Minute)
		p.cloud(func(c *localaws.Cloud) {
			if state, _ := c.Metrics.State(part.Name); state != local.InAlarm {
				p.Errorf("it is %s", state)
			}
		})
		p.names = []string{"alarms"}
		if results := p.run(); !doctor.Healthy(results) {
			p.Errorf("%+v", results)
		}
	})
}
