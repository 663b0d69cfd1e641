package dynamodb

import (
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// resource is what an ARN names: arn:partition:service:region:account:path.
type resource struct {
	service, region, account string
	path                     []string // "table", its name, and for a part of it its kind and name
}

func parseARN(text string) (resource, bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || slices.Contains(parts, "") {
		return resource{}, false
	}
	return resource{parts[2], parts[3], parts[4], strings.Split(parts[5], "/")}, true
}

// isPart tells whether the ARN names a part of a table, such as a stream.
func (r resource) isPart(kind string) bool {
	return r.service == "dynamodb" && len(r.path) == 4 && r.path[0] == "table" && r.path[2] == kind && r.path[3] != ""
}

func (r resource) isTable() bool {
	return r.service == "dynamodb" && len(r.path) == 2 && r.path[0] == "table"
}

// reach checks that the resource is of this account and region, in this order, as
// DynamoDB does.
func (s *Service) reach(r resource, arn string) error {
	switch {
	case r.account != s.w.Account:
		return denied(arn)
	case r.region != s.w.Region:
		return validation("%s is in another region", arn)
	}
	return nil
}

func denied(arn string) *wire.Error {
	return wire.Errorf("AccessDeniedException", "not authorized to use %s", arn)
}

// tableName takes a table's name, or its ARN, as clients may give either. It checks the
// ARN, but not the name.
func (s *Service) tableName(nameOrARN string) (string, error) {
	if !strings.HasPrefix(nameOrARN, "arn:") {
		return nameOrARN, nil
	}
	r, ok := parseARN(nameOrARN)
	if !ok || !r.isTable() {
		return "", validation("%s is not the ARN of a table", nameOrARN)
	}
	return r.path[1], s.reach(r, nameOrARN)
}

// streamByARN finds a stream for a request.
func (s *Service) streamByARN(arn string) (*Stream, error) {
	if r, ok := parseARN(arn); !ok || !r.isPart("stream") {
		return nil, validation("%s is not the ARN of a stream", arn)
	}
	st := s.stream(arn)
	if st == nil {
		return nil, notFound("Requested resource not found: Stream: %s not found", arn)
	}
	return st, nil
}
