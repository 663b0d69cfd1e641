package dynamodb

type updateTTLInput struct {
	TableName               string
	TimeToLiveSpecification *ttlSpecification
}

type ttlSpecification struct {
	AttributeName string
	Enabled       *bool
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
	if err := required(spec.Enabled != nil, "timeToLiveSpecification.enabled"); err != nil {
		return nil, err
	}
	t, err := s.tableForControl(in.TableName)
	if err != nil {
		return nil, err
	}
	current, enable := t.config.TTLAttribute, *spec.Enabled
	switch {
	case enable && current == spec.AttributeName:
		return nil, validation("TimeToLive is already enabled")
	case !enable && current == "":
		return nil, validation("TimeToLive is already disabled")
	case current != "" && current != spec.AttributeName:
		return nil, validation("TimeToLive is active on a different AttributeName: current AttributeName is %s", current)
	case enable:
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
