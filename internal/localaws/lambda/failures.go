package lambda

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// failures reads a function's answer under ReportBatchItemFailures. No ids and no error
// mean that everything succeeded. An error means that the whole batch failed. The rules
// are Lambda's: an empty answer (nothing, null, "", [] or {}) and an empty or null list
// are a success. Any other answer that is not a JSON object with such a list fails
// everything. So does an itemIdentifier that is empty, null, not a string, misnamed or
// not in the batch.
//
// LocalStack recorded the empty answers at AWS: the cases of
// test_dynamodb_report_batch_item_success_scenarios and its counterpart for Kinesis, in
// tests/aws/services/lambda_/event_source_mapping.
func failures(answer []byte, known map[string]bool) ([]string, error) {
	if isEmpty(answer) {
		return nil, nil
	}
	var report struct {
		Failures []map[string]jsontext.Value `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(answer, &report); err != nil {
		return nil, fmt.Errorf("the answer is no report of batch item failures: %w", err)
	}
	var ids []string
	for i, entry := range report.Failures {
		id, err := itemIdentifier(entry)
		if err != nil {
			return nil, fmt.Errorf("batchItemFailures[%d]: %w", i, err)
		}
		if !known[id] {
			return nil, fmt.Errorf("batchItemFailures[%d]: itemIdentifier %q is not in the batch", i, id)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// isEmpty tells whether an answer is nothing, "" or [].
func isEmpty(answer jsontext.Value) bool {
	compact := slices.Clone(answer)
	if err := compact.Compact(); err != nil {
		return len(bytes.TrimSpace(answer)) == 0
	}
	return string(compact) == `""` || string(compact) == "[]"
}

func itemIdentifier(entry map[string]jsontext.Value) (string, error) {
	raw, ok := entry["itemIdentifier"]
	if !ok {
		return "", errors.New("the key itemIdentifier is missing")
	}
	if raw.Kind() != '"' {
		return "", errors.New("itemIdentifier is not a string")
	}
	var id string
	if err := json.Unmarshal(raw, &id); err != nil {
		return "", fmt.Errorf("itemIdentifier: %w", err)
	}
	if id == "" {
		return "", errors.New("itemIdentifier is empty")
	}
	return id, nil
}

func set(ids []string) map[string]bool {
	all := make(map[string]bool, len(ids))
	for _, id := range ids {
		all[id] = true
	}
	return all
}
