package dynamodb

import (
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

type updateTTLInput struct {
	TableName               string
	TimeToLiveSpecification *ttlSpecification
}

type ttlSpecification struct {
	AttributeName string
	Enabled       bool
}

type updateTTLOutput struct{ TimeToLiveSpecification ttlSpecification }

func (s *Service) updateTimeToLive(in *updateTTLInput) (*updateTTLOutput, error) {
	spec := in.TimeToLiveSpecification
	if err := required(spec != nil, "timeToLiveSpecification"); err != nil {
		return nil, err
	}
	if spec.AttributeName == "" || len(spec.AttributeName) > 255 {
		return nil, constraint(spec.AttributeName, "timeToLiveSpecification.attributeName", "Member must have length between 1 and 255")
	}
	t, err := s.tableForControl(in.TableName)
	if err != nil {
		return nil, err
	}
	current := t.config.TTLAttribute
	switch {
	case spec.Enabled && current == spec.AttributeName:
		return nil, validation("TimeToLive is already enabled")
	case spec.Enabled && current != "":
		return nil, validation("TimeToLive is active on a different AttributeName: current AttributeName is %s", current)
	case !spec.Enabled && current == "":
		return nil, validation("TimeToLive is already disabled")
	case !spec.Enabled && current != spec.AttributeName:
		return nil, validation("TimeToLive is active on a different AttributeName: current AttributeName is %s", current)
	case spec.Enabled:
		t.setTTL(spec.AttributeName)
	default:
		t.setTTL("")
	}
	return &updateTTLOutput{*spec}, nil
}

type describeTTLOutput struct{ TimeToLiveDescription ttlDescription }

type ttlDescription struct {
	TimeToLiveStatus string
	AttributeName    string `json:",omitzero"`
}

func (s *Service) describeTimeToLive(in *tableInput) (*describeTTLOutput, error) {
	t, err := s.tableForControl(in.TableName)
	if err != nil {
		return nil, err
	}
	d := ttlDescription{"DISABLED", t.config.TTLAttribute}
	if t.config.TTLAttribute != "" {
		d.TimeToLiveStatus = "ENABLED"
	}
	return &describeTTLOutput{d}, nil
}

type backupsOutput struct{ ContinuousBackupsDescription backupsDescription }

type backupsDescription struct {
	ContinuousBackupsStatus        string
	PointInTimeRecoveryDescription recoveryDescription
}

type recoveryDescription struct {
	PointInTimeRecoveryStatus  string
	RecoveryPeriodInDays       int       `json:",omitzero"`
	EarliestRestorableDateTime wire.Time `json:",omitzero"`
	LatestRestorableDateTime   wire.Time `json:",omitzero"`
}

func (s *Service) describeContinuousBackups(in *tableInput) (*backupsOutput, error) {
	t, err := s.table(in.TableName)
	if err != nil {
		return nil, wire.Errorf("TableNotFoundException", "Table not found: %s", in.TableName)
	}
	d := backupsDescription{ContinuousBackupsStatus: "ENABLED", PointInTimeRecoveryDescription: recoveryDescription{PointInTimeRecoveryStatus: "DISABLED"}}
	if t.config.PointInTimeRecovery {
		d.PointInTimeRecoveryDescription = recoveryDescription{"ENABLED", 35, wire.Time(t.created), wire.Time(s.w.Now())}
	}
	return &backupsOutput{d}, nil
}
