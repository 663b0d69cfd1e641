package eventbridge

import (
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

type archiveInput struct {
	ArchiveName      string
	EventSourceArn   string // of CreateArchive alone
	Description      *string
	EventPattern     *string
	RetentionDays    *int
	KmsKeyIdentifier string
}

type archiveState struct {
	ArchiveArn   string
	State        string
	CreationTime wire.Time
}

func (s *Service) archiveState(a *archive) archiveState {
	return archiveState{a.arn, enabled, wire.Time(a.created)}
}

func (s *Service) createArchiveWire(in *archiveInput) (archiveState, error) {
	if in.KmsKeyIdentifier != "" {
		return archiveState{}, wire.Unsupported("encryption with own keys (KmsKeyIdentifier of archive %s)", in.ArchiveName)
	}
	if in.EventSourceArn == "" {
		return archiveState{}, invalid("EventSourceArn is required")
	}
	config := in.over(Archive{Name: in.ArchiveName, Bus: in.EventSourceArn})
	a, err := s.createArchive(config)
	if err != nil {
		return archiveState{}, err
	}
	return s.archiveState(a), nil
}

// over returns the configuration with the changes of the input.
func (in *archiveInput) over(c Archive) Archive {
	if in.Description != nil {
		c.Description = *in.Description
	}
	if in.EventPattern != nil {
		c.Pattern = *in.EventPattern
	}
	if in.RetentionDays != nil {
		c.RetentionDays = *in.RetentionDays
	}
	return c
}

func (s *Service) updateArchive(in *archiveInput) (archiveState, error) {
	if in.KmsKeyIdentifier != "" || in.EventSourceArn != "" {
		return archiveState{}, wire.Unsupported("another key or bus of archive %s", in.ArchiveName)
	}
	a, err := s.archive(in.ArchiveName)
	if err != nil {
		return archiveState{}, err
	}
	if err := a.configure(in.over(Archive{Description: a.description, Pattern: a.text, RetentionDays: a.days})); err != nil {
		return archiveState{}, err
	}
	return s.archiveState(a), nil
}

type archiveNameInput struct{ ArchiveName string }

func (s *Service) deleteArchive(in *archiveNameInput) (empty, error) {
	_, err := s.archive(in.ArchiveName)
	delete(s.archives, in.ArchiveName)
	return empty{}, err
}

type archiveJSON struct {
	ArchiveArn     string `json:",omitzero"` // shown by DescribeArchive alone, as the next two
	Description    string `json:",omitzero"`
	EventPattern   string `json:",omitzero"`
	ArchiveName    string
	EventSourceArn string
	State          string
	RetentionDays  int
	SizeBytes      int
	EventCount     int
	CreationTime   wire.Time
}

func (s *Service) archiveAnswer(a *archive) archiveJSON {
	return archiveJSON{
		ArchiveName: a.name, EventSourceArn: s.w.ARN("events", "event-bus/"+a.bus), State: enabled,
		RetentionDays: a.days, SizeBytes: a.bytes, EventCount: len(a.events), CreationTime: wire.Time(a.created),
	}
}

func (s *Service) describeArchive(in *archiveNameInput) (archiveJSON, error) {
	a, err := s.archive(in.ArchiveName)
	if err != nil {
		return archiveJSON{}, err
	}
	out := s.archiveAnswer(a)
	out.ArchiveArn, out.Description, out.EventPattern = a.arn, a.description, a.text
	return out, nil
}

type listArchivesInput struct {
	NamePrefix     string
	EventSourceArn string
	State          string
	NextToken      string
	Limit          int
}

// one refuses more than one way to choose, as AWS does.
func one(operation string, ways ...string) error {
	n := 0
	for _, way := range ways {
		if way != "" {
			n++
		}
	}
	if n > 1 {
		return invalid("At most one filter is allowed for %s. Use either : State, EventSourceArn, or NamePrefix.", operation)
	}
	return nil
}

// The states of the API's model. Here an archive is always enabled.
var archiveStates = []string{enabled, disabled, "CREATING", "UPDATING", "CREATE_FAILED", "UPDATE_FAILED"}

// oneOf refuses a value that is not in an enumeration of the API's model. An empty value
// stands for none.
func oneOf(member, value string, values []string) error {
	if value == "" || slices.Contains(values, value) {
		return nil
	}
	return invalid("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: [%s]", value, member, strings.Join(values, ", "))
}

type listArchivesOutput struct {
	Archives  []archiveJSON
	NextToken string `json:",omitzero"`
}

func (s *Service) listArchives(in *listArchivesInput) (listArchivesOutput, error) {
	if err := oneOf("state", in.State, archiveStates); err != nil {
		return listArchivesOutput{}, err
	}
	if err := one("ListArchives", in.NamePrefix, in.EventSourceArn, in.State); err != nil {
		return listArchivesOutput{}, err
	}
	var list []archiveJSON
	for _, a := range s.sortedArchives() {
		answer := s.archiveAnswer(a)
		if strings.HasPrefix(a.name, in.NamePrefix) && chosen(in.EventSourceArn, answer.EventSourceArn) && chosen(in.State, enabled) {
			list = append(list, answer)
		}
	}
	part, next, err := page(list, func(a archiveJSON) string { return a.ArchiveName }, in.NextToken, in.Limit)
	return listArchivesOutput{part, next}, err
}

func chosen(filter, value string) bool { return filter == "" || filter == value }
