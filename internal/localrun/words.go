package localrun

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/stage"
)

// The functions whose facts the tracer follows, by their names in serverless.yml.
const (
	applyFunction     = "applyPreferenceChanges"
	historyFunction   = "recordHistory"
	republishFunction = "republishPreferences"
)

// namesOf finds the resources that the tracer follows.
func namesOf(s *stack.Stack) names {
	n := names{apply: applyFunction, republish: republishFunction}
	for _, m := range s.QueueMappings {
		switch m.Function {
		case applyFunction:
			n.changes = m.Queue
		case historyFunction:
			n.history = m.Queue
		}
	}
	for _, q := range s.Queues {
		if q.Name == n.changes {
			n.deadLetter = deadLetterQueue(q.Attributes["RedrivePolicy"])
		}
	}
	return n
}

// deadLetterQueue returns the name of the queue in a redrive policy.
func deadLetterQueue(policy string) string {
	var p struct {
		ARN string `json:"deadLetterTargetArn"`
	}
	if json.Unmarshal([]byte(policy), &p) != nil {
		return ""
	}
	return p.ARN[strings.LastIndexByte(p.ARN, ':')+1:]
}

func header(e *Environment, took time.Duration) string {
	var b strings.Builder
	fmt.Fprintf(&b, "running after %.1f s: %s as processes, the rest of AWS in this one\n\n", took.Seconds(), counted(len(e.functions), "function"))
	if e.TablesURL == e.AWSURL {
		fmt.Fprintf(&b, "  AWS endpoint  %s   EventBridge, SQS, DynamoDB, its streams\n", e.AWSURL)
	} else {
		fmt.Fprintf(&b, "  AWS endpoint  %s   EventBridge, SQS\n", e.AWSURL)
		fmt.Fprintf(&b, "  DynamoDB      %s   the table and its stream\n", e.TablesURL)
	}
	fmt.Fprintf(&b, "  HTTP API      %s\n", e.APIURL)
	if e.place.Required {
		fmt.Fprintf(&b, "  pipeline      %s\n", e.place.Root)
	}
	for _, s := range e.Services {
		fmt.Fprintf(&b, "  beside it     %s\n", s.Stack.Service)
	}
	if e.exposed {
		b.WriteString("  Other machines may reach them (--expose): whoever does can read and change everything.\n")
	}
	for _, s := range e.Services {
		for _, m := range s.QueueMappings {
			if !m.ReportBatchItemFailures {
				fmt.Fprintf(&b, "  warn          %s has no functionResponseType: ReportBatchItemFailures for %s: messages that fail are lost\n", m.Function, m.Queue)
			}
		}
	}
	b.WriteString("  AWS endpoint and HTTP API do not check who is calling: no signatures, no IAM, no queue policies.\n")
	return b.String()
}

// hints returns commands to copy, in this order: the first one creates the profile that
// the second one reads. botprefs is how this command line is called.
func hints(e *Environment, botprefs string) string {
	n := namesOf(e.Stack)
	aws := "aws --endpoint-url " + e.AWSURL
	profile := `"` + e.APIURL + `/preferences?user_id=u1"` // quoted: ? is a pattern of the shell
	lines := []string{
		"curl -X PATCH -H 'Prefer: wait=5' -d '{\"tone\":\"formal\"}' " + profile,
		"curl " + profile,
		"export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=" + e.Stack.Region + " AWS_DEFAULT_REGION=" + e.Stack.Region,
		aws + ` events put-events --entries '[{"EventBusName":"` + e.Stack.Buses[0].Name +
			`","Source":"my-bot","DetailType":"PreferenceChange","Detail":"{\"user_id\":\"u1\",\"preferences\":{\"language\":\"fr\"}}"}]'`,
		"aws --endpoint-url " + e.TablesURL + " dynamodb scan --table-name " + e.Stack.Tables[0].Name,
		aws + " sqs get-queue-attributes --attribute-names All --queue-url " + e.AWSURL + "/" + e.Stack.Account + "/" + n.deadLetter,
		botprefs + " dlq list" + stageFlag(e.Stack.Stage) + " --endpoint " + e.AWSURL,
	}
	for _, s := range e.Services {
		for _, t := range s.Tables {
			lines = append(lines, aws+" dynamodb scan --table-name "+t.Name)
		}
	}
	return "\nTry next, in another terminal (Ctrl-C ends this one)\n\n  " + strings.Join(lines, "\n  ") + "\n\n"
}

// stageFlag names a stage that is not the default one.
func stageFlag(name string) string {
	if name == stage.Default {
		return ""
	}
	return " --stage " + name
}
