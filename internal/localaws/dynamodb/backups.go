package dynamodb

import (
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// defaultRecovery is how many days back a table can be recovered unless told otherwise.
const defaultRecovery = 35

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
	t, err := s.backedUp(in.TableName)
	if err != nil {
		return nil, err
	}
	return s.backups(t), nil
}

type updateBackupsInput struct {
	TableName                        string
	PointInTimeRecoverySpecification *struct {
		PointInTimeRecoveryEnabled *bool
		RecoveryPeriodInDays       *int
	}
}

// updateContinuousBackups changes what is shown: nothing can be recovered.
func (s *Service) updateContinuousBackups(in *updateBackupsInput) (*backupsOutput, error) {
	spec := in.PointInTimeRecoverySpecification
	if err := required(spec != nil, "pointInTimeRecoverySpecification"); err != nil {
		return nil, err
	}
	if err := required(spec.PointInTimeRecoveryEnabled != nil, "pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled"); err != nil {
		return nil, err
	}
	days := defaultRecovery
	if spec.RecoveryPeriodInDays != nil {
		if days = *spec.RecoveryPeriodInDays; days < 1 || days > defaultRecovery {
			return nil, validation("RecoveryPeriodInDays must be between 1 and %d", defaultRecovery)
		}
	}
	t, err := s.backedUp(in.TableName)
	if err != nil {
		return nil, err
	}
	if t.config.RecoveryPeriodDays = 0; *spec.PointInTimeRecoveryEnabled {
		t.config.RecoveryPeriodDays = days
	}
	return s.backups(t), nil
}

// backedUp finds a table for the operations of backups, which have a code of their own.
func (s *Service) backedUp(nameOrARN string) (*Table, error) {
	name, err := s.tableName(nameOrARN)
	if err := first(err, validTableName("tableName", name)); err != nil {
		return nil, err
	}
	if t := s.tables[name]; t != nil {
		return t, nil
	}
	return nil, wire.Errorf("TableNotFoundException", "Table not found: %s", name)
}

func (s *Service) backups(t *Table) *backupsOutput {
	d := backupsDescription{ContinuousBackupsStatus: "ENABLED", PointInTimeRecoveryDescription: recoveryDescription{PointInTimeRecoveryStatus: "DISABLED"}}
	if days := t.config.RecoveryPeriodDays; days > 0 {
		earliest := s.w.Now().AddDate(0, 0, -days)
		if earliest.Before(t.created) {
			earliest = t.created
		}
		d.PointInTimeRecoveryDescription = recoveryDescription{"ENABLED", days, wire.Time(earliest), wire.Time(s.w.Now())}
	}
	return &backupsOutput{d}
}
