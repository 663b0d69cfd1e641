package dynamodb

// table finds a table for a request.
func (s *Service) table(nameOrARN string) (*Table, error) {
	name, err := s.tableName(nameOrARN)
	if err != nil {
		return nil, err
	}
	if t := s.tables[name]; t != nil {
		return t, nil
	}
	if err := validTableName("tableName", name); err != nil {
		return nil, err
	}
	return nil, notFound("Requested resource not found")
}

// tableForControl finds a table for an operation that is not about items.
func (s *Service) tableForControl(nameOrARN string) (*Table, error) {
	name, err := s.tableName(nameOrARN)
	if err := first(err, validTableName("tableName", name)); err != nil {
		return nil, err
	}
	if t := s.tables[name]; t != nil {
		return t, nil
	}
	return nil, notFound("Requested resource not found: Table: %s not found", name)
}

type createTableInput struct {
	TableName                 string
	AttributeDefinitions      []attributeDefinition
	KeySchema                 []keySchemaElement
	BillingMode               string
	ProvisionedThroughput     *struct{ ReadCapacityUnits, WriteCapacityUnits int64 }
	OnDemandThroughput        *struct{ MaxReadRequestUnits, MaxWriteRequestUnits int64 } // accepted, without effect
	WarmThroughput            *struct{ ReadUnitsPerSecond, WriteUnitsPerSecond int64 }   // accepted, without effect
	StreamSpecification       *streamSpecification
	SSESpecification          *sseSpecification
	Tags                      []tag
	TableClass                string
	DeletionProtectionEnabled bool
	GlobalSecondaryIndexes    []indexInput
	LocalSecondaryIndexes     []any
}

type attributeDefinition struct{ AttributeName, AttributeType string }

type keySchemaElement struct{ AttributeName, KeyType string }

type streamSpecification struct {
	StreamEnabled  bool
	StreamViewType string `json:",omitzero"`
}

type sseSpecification struct {
	Enabled        *bool
	SSEType        string
	KMSMasterKeyId string
}

func (e *sseSpecification) encryption() Encryption {
	if e == nil {
		return Encryption{}
	}
	return Encryption{Enabled: e.Enabled != nil && *e.Enabled, Type: e.SSEType, Key: e.KMSMasterKeyId}
}

type tableOutput struct {
	Table            *tableDescription `json:",omitzero"`
	TableDescription *tableDescription `json:",omitzero"`
}

func (s *Service) createTable(in *createTableInput) (*tableOutput, error) {
	name, err := s.tableName(in.TableName)
	if err != nil {
		return nil, err
	}
	in.TableName = name
	config, err := in.config()
	if err != nil {
		return nil, err
	}
	t, err := s.CreateTable(config)
	if err != nil {
		return nil, err
	}
	return &tableOutput{TableDescription: t.describe("ACTIVE")}, nil
}

type tableInput struct{ TableName string }

func (s *Service) describeTable(in *tableInput) (*tableOutput, error) {
	t, err := s.tableForControl(in.TableName)
	if err != nil {
		return nil, err
	}
	return &tableOutput{Table: t.describe("ACTIVE")}, nil
}

func (s *Service) deleteTable(in *tableInput) (*tableOutput, error) {
	t, err := s.tableForControl(in.TableName)
	if err != nil {
		return nil, err
	}
	if t.config.DeletionProtection {
		return nil, validation("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}
	s.remove(t)
	return &tableOutput{TableDescription: t.describe("DELETING")}, nil
}

type listTablesInput struct {
	ExclusiveStartTableName string
	Limit                   *int
}

type listTablesOutput struct {
	TableNames             []string
	LastEvaluatedTableName string `json:",omitzero"`
}

func (s *Service) listTables(in *listTablesInput) (*listTablesOutput, error) {
	limit, err := limitOr(in.Limit, 100, 100)
	if err != nil {
		return nil, err
	}
	out := &listTablesOutput{TableNames: []string{}}
	for _, t := range s.sorted {
		name := t.config.Name
		if name <= in.ExclusiveStartTableName {
			continue
		}
		if len(out.TableNames) == limit {
			out.LastEvaluatedTableName = out.TableNames[limit-1]
			break
		}
		out.TableNames = append(out.TableNames, name)
	}
	return out, nil
}

type endpointsOutput struct{ Endpoints []endpoint }

type endpoint struct {
	Address              string
	CachePeriodInMinutes int
}

func (s *Service) describeEndpoints(*struct{}) (*endpointsOutput, error) {
	return &endpointsOutput{[]endpoint{{Address: "dynamodb." + s.w.Region + ".amazonaws.com", CachePeriodInMinutes: 1440}}}, nil
}

type limitsOutput struct {
	AccountMaxReadCapacityUnits, AccountMaxWriteCapacityUnits int
	TableMaxReadCapacityUnits, TableMaxWriteCapacityUnits     int
}

func (s *Service) describeLimits(*struct{}) (*limitsOutput, error) {
	return &limitsOutput{80000, 80000, 40000, 40000}, nil
}
