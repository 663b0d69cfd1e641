package doctor

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// The functions, by their keys in serverless.yml.
const (
	applyFunction     = "applyPreferenceChanges"
	republishFunction = "republishPreferences"
	historyFunction   = "recordHistory" // only where the history is on
	changeFunction    = "getChange"     // the same
)

var functions = []string{"getUserPreferences", "updateUserPreferences", "deleteUserPreferences", applyFunction, republishFunction}

// breaks says what stops while a function is broken.
var breaks = map[string]string{
	"getUserPreferences":    "Profiles cannot be read over HTTP.",
	"updateUserPreferences": "Nothing can be written over HTTP.",
	"deleteUserPreferences": "Nobody can be erased over HTTP.",
	applyFunction:           "Changes are not stored. They wait in the change queue for up to 14 days.",
	republishFunction:       "Changes are stored and not announced. After 23 hours the announcements are given up.",
	historyFunction:         "Nothing is added to the history. Its messages wait for up to 14 days. Profiles are not concerned.",
	changeFunction:          "GET /changes/{event_id} does not answer.",
}

// functionName is a function's name in AWS.
func (e *Examination) functionName(key string) string { return e.Stack.Stack + "-" + key }

func (e *Examination) function(ctx context.Context, key string) (*lambda.GetFunctionConfigurationOutput, error) {
	return e.Lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: aws.String(e.functionName(key))})
}

func (e *Examination) checkFunctions(ctx context.Context, r *Result) error {
	for _, key := range functions {
		f, err := e.function(ctx, key)
		switch {
		case missing(err):
			r.find("function-missing", "There is no function "+e.functionName(key)+".", breaks[key], e.deploy())
		case err != nil:
			return err
		default:
			e.checkFunction(r, key, f)
		}
	}
	r.Summary = fmt.Sprintf("%d functions are active and know their table, bus and queues", len(functions))
	return nil
}

func (e *Examination) checkFunction(r *Result, key string, f *lambda.GetFunctionConfigurationOutput) {
	name := e.functionName(key)
	logs := fmt.Sprintf("%s lambda get-function-configuration --function-name %s", e.Commands.AWS, name)
	switch {
	case f.LastUpdateStatus == types.LastUpdateStatusFailed:
		r.find("function-update", fmt.Sprintf("The last update of %s failed: %s.", name, orUnknown(string(f.LastUpdateStatusReasonCode), aws.ToString(f.LastUpdateStatusReason))),
			"It runs the code from before, or none. "+breaks[key], e.deploy())
	case f.State != types.StateActive:
		r.find("function-state", fmt.Sprintf("The function %s is %s: %s.", name, f.State, orUnknown(string(f.StateReasonCode), aws.ToString(f.StateReason))), breaks[key], logs)
	}
	if f.Environment == nil {
		return // the caller may not see it
	}
	want := map[string]string{"TABLE_NAME": e.Stack.Table, "EVENT_BUS_NAME": e.Stack.Bus, "DEAD_LETTER_QUEUE_URL": e.Stack.ChangeDeadLetters.Name, "HISTORY_TABLE_NAME": e.Stack.Outputs[historyOutput]}
	if key == republishFunction {
		want["DEAD_LETTER_QUEUE_URL"] = e.Stack.AnnouncementDeadLetters.Name
	}
	for _, variable := range []string{"TABLE_NAME", "EVENT_BUS_NAME", "DEAD_LETTER_QUEUE_URL", "HISTORY_TABLE_NAME"} {
		value, set := f.Environment.Variables[variable]
		if set && path.Base(value) != want[variable] {
			r.find("function-environment", fmt.Sprintf("%s of %s names %s, not %s.", variable, name, path.Base(value), want[variable]), breaks[key], e.deploy())
		}
	}
}

func orUnknown(texts ...string) string {
	var said []string
	for _, text := range texts {
		if text != "" {
			said = append(said, text)
		}
	}
	if len(said) == 0 {
		return "no reason is given"
	}
	return strings.Join(said, ", ")
}
