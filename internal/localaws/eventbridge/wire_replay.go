package eventbridge

import (
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

type startReplayInput struct {
	ReplayName     string
	Description    string
	EventSourceArn string
	EventStartTime wire.Time
	EventEndTime   wire.Time
	Destination    replayDestination
}

type replayDestination struct {
	Arn        string
	FilterArns []string `json:",omitempty"`
}

type startReplayOutput struct {
	ReplayArn       string
	State           string
	ReplayStartTime wire.Time
}

func (s *Service) startReplayWire(in *startReplayInput) (startReplayOutput, error) {
	r, err := s.startReplay(Replay{
		Name: in.ReplayName, Description: in.Description, ArchiveARN: in.EventSourceArn,
		BusARN: in.Destination.Arn, RuleARNs: slices.Clone(in.Destination.FilterArns),
		From: time.Time(in.EventStartTime), To: time.Time(in.EventEndTime),
	})
	if err != nil {
		return startReplayOutput{}, err
	}
	return startReplayOutput{r.arn, r.state, wire.Time(r.started)}, nil
}

type replayNameInput struct{ ReplayName string }

type cancelReplayOutput struct {
	ReplayArn string
	State     string
}

func (s *Service) cancelReplay(in *replayNameInput) (cancelReplayOutput, error) {
	r, err := s.cancel(in.ReplayName)
	if err != nil {
		return cancelReplayOutput{}, err
	}
	return cancelReplayOutput{r.arn, r.state}, nil
}

type replayJSON struct {
	ReplayName            string
	ReplayArn             string             `json:",omitzero"` // shown by DescribeReplay alone, as the next two
	Description           string             `json:",omitzero"`
	Destination           *replayDestination `json:",omitzero"`
	EventSourceArn        string
	State                 string
	EventStartTime        wire.Time
	EventEndTime          wire.Time
	EventLastReplayedTime *wire.Time `json:",omitzero"`
	ReplayStartTime       wire.Time
	ReplayEndTime         *wire.Time `json:",omitzero"`
}

func (r *replay) answer() replayJSON {
	return replayJSON{
		ReplayName: r.name, EventSourceArn: r.archiveARN, State: r.state,
		EventStartTime: wire.Time(r.from), EventEndTime: wire.Time(r.to), EventLastReplayedTime: given(r.last),
		ReplayStartTime: wire.Time(r.started), ReplayEndTime: given(r.ended),
	}
}

// given returns nil for a time that is not known yet, so that the answer leaves it out.
func given(t time.Time) *wire.Time {
	if t.IsZero() {
		return nil
	}
	at := wire.Time(t)
	return &at
}

func (s *Service) describeReplay(in *replayNameInput) (replayJSON, error) {
	r, err := s.replay(in.ReplayName)
	if err != nil {
		return replayJSON{}, err
	}
	out := r.answer()
	out.ReplayArn, out.Description = r.arn, r.description
	out.Destination = &replayDestination{r.busARN, r.rules}
	return out, nil
}

type listReplaysInput struct {
	NamePrefix     string
	EventSourceArn string
	State          string
	NextToken      string
	Limit          int
}

var replayStates = []string{starting, running, cancelling, completed, cancelled, "FAILED"}

type listReplaysOutput struct {
	Replays   []replayJSON
	NextToken string `json:",omitzero"`
}

func (s *Service) listReplays(in *listReplaysInput) (listReplaysOutput, error) {
	if err := oneOf("state", in.State, replayStates); err != nil {
		return listReplaysOutput{}, err
	}
	if err := one("ListReplays", in.NamePrefix, in.EventSourceArn, in.State); err != nil {
		return listReplaysOutput{}, err
	}
	var list []replayJSON
	for _, r := range s.sortedReplays() {
		if strings.HasPrefix(r.name, in.NamePrefix) && chosen(in.EventSourceArn, r.archiveARN) && chosen(in.State, r.state) {
			list = append(list, r.answer())
		}
	}
	part, next, err := page(list, func(r replayJSON) string { return r.ReplayName }, in.NextToken, in.Limit)
	return listReplaysOutput{part, next}, err
}
