//go:build !previous

package sim

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// previousApply is nil: only ci/previous links another version of apply.
func (s *Simulation) previousApply(*dynamodb.Client, *sqs.Client, string) applyFunc { return nil }
