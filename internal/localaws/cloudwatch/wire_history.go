package cloudwatch

import (
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

const (
	kept       = 100 // changes of all alarms that are remembered
	maxHistory = 100 // in one answer
)

// stateUpdate is the type of the history items that exist here.
const stateUpdate = "StateUpdate"

// moment is a change of an alarm's state, and when it happened.
type moment struct {
	at time.Time
	Changed
}

// remember keeps the latest changes.
func (s *Service) remember(c Changed) {
	s.history = append(s.history, moment{s.w.Now(), c})
	if over := len(s.history) - kept; over > 0 {
		s.history = slices.Delete(s.history, 0, over)
	}
}

type describeAlarmHistoryInput struct {
	AlarmName       string
	AlarmTypes      []string
	HistoryItemType string
	StartDate       *wire.Time
	EndDate         *wire.Time
	MaxRecords      int
	ScanBy          string // TimestampDescending (also if empty) or TimestampAscending
	NextToken       string
}

type historyItem struct {
	AlarmName       string
	AlarmType       string
	Timestamp       wire.Time
	HistoryItemType string
	HistorySummary  string
	HistoryData     string
}

type describeAlarmHistoryOutput struct {
	AlarmHistoryItems []historyItem
	NextToken         string `json:",omitzero"`
}

func (s *Service) describeAlarmHistory(in *describeAlarmHistoryInput) (*describeAlarmHistoryOutput, error) {
	if !slices.Contains([]string{"", "TimestampDescending", "TimestampAscending"}, in.ScanBy) {
		return nil, invalid("ScanBy is %q", in.ScanBy)
	}
	size, err := size("MaxRecords", in.MaxRecords, maxHistory, maxHistory)
	if err != nil {
		return nil, err
	}
	items := []historyItem{}
	for _, m := range s.history {
		if in.wants(m, s.alarms[m.Alarm].kind()) {
			items = append(items, m.onWire(s.alarms[m.Alarm].kind()))
		}
	}
	if in.ScanBy != "TimestampAscending" {
		slices.Reverse(items)
	}
	part, next, err := page(items, in.NextToken, size)
	return &describeAlarmHistoryOutput{part, next}, err
}

func (in *describeAlarmHistoryInput) wants(m moment, kind string) bool {
	return (in.AlarmName == "" || in.AlarmName == m.Alarm) &&
		(len(in.AlarmTypes) == 0 && (kind == metricAlarm || in.AlarmName != "") || slices.Contains(in.AlarmTypes, kind)) &&
		(in.HistoryItemType == "" || in.HistoryItemType == stateUpdate) &&
		(in.StartDate == nil || !m.at.Before(time.Time(*in.StartDate))) && (in.EndDate == nil || !m.at.After(time.Time(*in.EndDate)))
}

func (m moment) onWire(kind string) historyItem {
	return historyItem{
		AlarmName: m.Alarm, AlarmType: kind, Timestamp: wire.Time(m.at), HistoryItemType: stateUpdate,
		HistorySummary: "Alarm updated from " + string(m.From) + " to " + string(m.To),
		HistoryData:    `{"newState":{"stateReason":"` + strings.ReplaceAll(m.Reason, `"`, `\"`) + `"}}`,
	}
}
