package deliveries

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
)

// A Case is a number of subscribers and their settings.
type Case struct {
	Subscribers   int
	WindowSeconds int  // how long a subscriber's mapping waits for a fuller batch
	Filtered      bool // each subscriber follows one key instead of all
}

// String describes the case.
func (c Case) String() string {
	text := strconv.Itoa(c.Subscribers) + " subscriber"
	if c.Subscribers != 1 {
		text += "s"
	}
	if c.WindowSeconds > 0 {
		text += ", each with a window of " + strconv.Itoa(c.WindowSeconds) + " s"
	}
	if c.Filtered {
		text += ", each to one key"
	}
	return text
}

// memoryMB is the memory of a subscriber's function.
const memoryMB = 256

// key returns the key that a subscriber follows if the case is filtered.
func key(subscriber int) string { return "key" + strconv.Itoa(subscriber%Keys) }

// queue returns the name of a subscriber's queue.
func queue(subscriber int) string { return "fan-out-" + strconv.Itoa(subscriber) }

// service is the template of the subscribers' stack. Each subscriber has a queue, a
// rule and a function, as examples/skill has, without what only a deployment needs.
var service = template.Must(template.New("").Funcs(template.FuncMap{"key": key, "queue": queue}).Parse(`service: fan-out

provider:
  name: aws
  runtime: provided.al2023
  architecture: arm64
  stage: ${opt:stage, 'dev'}
  region: ${opt:region, 'us-east-1'}
  memorySize: {{.MemoryMB}}
  timeout: 5
  logs:
    lambda:
      logFormat: JSON

functions:
{{- range $i := .All}}
  s{{$i}}:
    handler: ../subscriber
    events:
      - sqs:
          arn: !GetAtt Inbox{{$i}}.Arn
          batchSize: {{if $.WindowSeconds}}100{{else}}10{{end}}
          maximumBatchingWindow: {{$.WindowSeconds}}
          functionResponseType: ReportBatchItemFailures
{{- end}}

resources:
  Resources:
{{- range $i := .All}}
    Inbox{{$i}}:
      Type: AWS::SQS::Queue
      Properties:
        QueueName: {{queue $i}}
        VisibilityTimeout: 30
    Rule{{$i}}:
      Type: AWS::Events::Rule
      Properties:
        Name: fan-out-{{$i}}
        EventBusName: bot-preferences-${sls:stage}
        EventPattern:
          source: [bot-preferences]
          detail-type: [PreferencesUpdated]
{{- if $.Filtered}}
          detail:
            changed_keys: [{{key $i}}]
{{- end}}
        Targets:
          - Id: inbox
            Arn: !GetAtt Inbox{{$i}}.Arn
    Policy{{$i}}:
      Type: AWS::SQS::QueuePolicy
      Properties:
        Queues: [!Ref Inbox{{$i}}]
        PolicyDocument:
          Version: '2012-10-17'
          Statement:
            - Effect: Allow
              Principal:
                Service: events.amazonaws.com
              Action: sqs:SendMessage
              Resource: !GetAtt Inbox{{$i}}.Arn
              Condition:
                ArnEquals:
                  aws:SourceArn: !GetAtt Rule{{$i}}.Arn
{{- end}}
`))

// write puts the service's serverless.yml into a new folder next to the subscriber's
// folder, and returns its path.
func (c Case) write(root string) (string, error) {
	all := make([]int, c.Subscribers)
	for i := range all {
		all[i] = i
	}
	var text strings.Builder
	err := service.Execute(&text, struct {
		Case
		MemoryMB int
		All      []int
	}{c, memoryMB, all})
	if err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp(filepath.Join(root, "internal", "lab", "bench", "deliveries"), ".run")
	if err != nil {
		return "", fmt.Errorf("this is not the repository's folder: %w", err)
	}
	file := filepath.Join(folder, "serverless.yml")
	return file, os.WriteFile(file, []byte(text.String()), 0o600)
}
