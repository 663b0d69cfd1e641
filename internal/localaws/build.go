package localaws

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
	"github.com/bot-preferences/bot-preferences/internal/localaws/cloudwatch"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/pattern"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// buildQueues creates all queues before it sets their redrive policies, because a
// policy needs an existing dead-letter queue.
func (c *Cloud) buildQueues(s *stack.Stack) error {
	const redrive = "RedrivePolicy"
	for _, q := range s.Queues {
		attributes := maps.Clone(q.Attributes)
		delete(attributes, redrive)
		if _, err := c.Queues.CreateQueue(q.Name, attributes, nil); err != nil {
			return fmt.Errorf("queue %s: %w", q.Name, err)
		}
	}
	for _, q := range s.Queues {
		made, _ := c.Queues.Queue(q.Name)
		if err := made.SetAttributes(map[string]string{redrive: q.Attributes[redrive]}); err != nil {
			return fmt.Errorf("queue %s: %w", q.Name, err)
		}
	}
	return nil
}

func (c *Cloud) buildBuses(s *stack.Stack) error {
	for _, b := range s.Buses {
		if err := c.Buses.CreateBus(b.Name); err != nil {
			return fmt.Errorf("bus %s: %w", b.Name, err)
		}
	}
	return nil
}

func (c *Cloud) buildRules(s *stack.Stack) error {
	for _, r := range s.Rules {
		if err := c.Buses.PutRule(r.Bus, r.Name, r.Pattern); err != nil {
			return fmt.Errorf("rule %s: %w", r.Name, err)
		}
		for _, t := range r.Targets {
			if err := c.Buses.PutTarget(r.Bus, r.Name, targetConfig(t)); err != nil {
				return fmt.Errorf("rule %s, target %s: %w", r.Name, t.ID, err)
			}
		}
	}
	return nil
}

func (c *Cloud) buildArchives(s *stack.Stack) error {
	for _, a := range s.Archives {
		err := c.Buses.CreateArchive(eventbridge.Archive{Name: a.Name, Bus: a.Bus, Pattern: a.Pattern, RetentionDays: a.RetentionDays})
		if err != nil {
			return fmt.Errorf("archive %s: %w", a.Name, err)
		}
	}
	return nil
}

func targetConfig(t stack.Target) eventbridge.TargetConfig {
	retries := t.MaximumRetryAttempts
	if retries == 0 {
		retries = eventbridge.NoRetry
	}
	config := eventbridge.TargetConfig{
		ID: t.ID, ARN: t.ARN, RoleARN: t.Role, DeadLetterARN: t.DeadLetterARN, MaximumRetryAttempts: retries,
		MaximumEventAge: time.Duration(t.MaximumEventAgeSeconds) * time.Second,
		Input:           t.Input, InputPath: t.InputPath,
	}
	if i := t.InputTransformer; i != nil {
		config.InputTransformer = &eventbridge.InputTransformer{Paths: i.Paths, Template: i.Template}
	}
	return config
}

func (c *Cloud) buildTables(s *stack.Stack) error {
	for _, t := range s.Tables {
		if c.elsewhere[t.Name] != nil {
			continue
		}
		_, err := c.Tables.CreateTable(dynamodb.TableConfig{
			Name:       t.Name,
			Hash:       dynamodb.KeyAttribute{Name: t.HashKey, Type: t.HashKeyType},
			Range:      dynamodb.KeyAttribute{Name: t.RangeKey, Type: t.RangeKeyType},
			StreamView: t.StreamViewType, TTLAttribute: t.TTLAttribute,
			DeletionProtection: t.DeletionProtection, Class: t.Class, Tags: t.Tags, RecoveryPeriodDays: t.RecoveryPeriodDays,
			Encryption: dynamodb.Encryption{Enabled: t.Encryption.Enabled, Type: t.Encryption.Type, Key: t.Encryption.Key},
			Indexes:    indexConfigs(t.Indexes),
		})
		if err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	return nil
}

func indexConfigs(indexes []stack.Index) []dynamodb.IndexConfig {
	var list []dynamodb.IndexConfig
	for _, x := range indexes {
		list = append(list, dynamodb.IndexConfig{
			Name:       x.Name,
			Hash:       dynamodb.KeyAttribute{Name: x.HashKey, Type: x.HashKeyType},
			Range:      dynamodb.KeyAttribute{Name: x.RangeKey, Type: x.RangeKeyType},
			Projection: x.Projection, Include: x.Include,
		})
	}
	return list
}

func (c *Cloud) buildMappings(s *stack.Stack) error {
	for _, m := range s.QueueMappings {
		if err := c.mapQueue(m); err != nil {
			return fmt.Errorf("mapping of queue %s: %w", m.Queue, err)
		}
	}
	for _, m := range s.StreamMappings {
		if err := c.mapStream(m); err != nil {
			return fmt.Errorf("mapping of the stream of table %s: %w", m.Table, err)
		}
	}
	return nil
}

func (c *Cloud) mapQueue(m stack.QueueMapping) error {
	q, ok := c.Queues.Queue(m.Queue)
	if !ok {
		return fmt.Errorf("there is no such queue")
	}
	match, err := filter(m.FilterPatterns)
	if err != nil {
		return err
	}
	config := lambda.QueueMappingConfig{
		Function: m.Function, QueueARN: m.QueueARN, BatchSize: m.BatchSize,
		Window:             time.Duration(m.WindowSeconds) * time.Second,
		MaximumConcurrency: m.MaximumConcurrency, ReportBatchItemFailures: m.ReportBatchItemFailures, Match: match,
	}
	if err := config.Validate(); err != nil {
		return err
	}
	made := lambda.NewQueueMapping(c.World, config, queueSource{q})
	c.add(made, queueSource{q})
	c.describe(lambda.Described{SourceMapping: made, SourceARN: m.QueueARN, Filters: m.FilterPatterns}, m.Function)
	return nil
}

// describe shows a mapping in Lambda's API. A stack may leave out the function itself.
func (c *Cloud) describe(d lambda.Described, function string) {
	for arn, f := range c.functions {
		if f.config.Function == function {
			d.FunctionARN = arn
		}
	}
	c.Lambda.AddMapping(d)
}

func (c *Cloud) add(m lambda.Mapping, s source) {
	c.mappings = append(c.mappings, m)
	c.sources = append(c.sources, s)
}

// filter compiles a mapping's filters. A record passes if any pattern matches, or if
// there are no patterns.
func filter(patterns []string) (func(record []byte) bool, error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	compiled := make([]*pattern.Pattern, 0, len(patterns))
	for _, text := range patterns {
		p, err := pattern.Compile([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("filter: %w", err)
		}
		compiled = append(compiled, p)
	}
	return func(record []byte) bool {
		for _, p := range compiled {
			if ok, err := p.Match(record); err == nil && ok {
				return true
			}
		}
		return false
	}, nil
}

func (c *Cloud) buildAPI(s *stack.Stack) (err error) {
	routes := make([]apigateway.Route, 0, len(s.Routes))
	for _, r := range s.Routes {
		routes = append(routes, apigateway.Route{Method: r.Method, Path: r.Path, Function: r.Function})
	}
	c.API, err = apigateway.New(c.World, routes)
	return err
}

// buildAlarms makes the alarms on metrics first, because composite alarms name others.
func (c *Cloud) buildAlarms(s *stack.Stack) error {
	byRule := map[bool][]stack.Alarm{}
	for _, a := range s.Alarms {
		byRule[a.Rule != ""] = append(byRule[a.Rule != ""], a)
	}
	for _, a := range slices.Concat(byRule[false], byRule[true]) {
		if err := c.Metrics.PutAlarm(alarmConfig(a)); err != nil {
			return err
		}
	}
	return nil
}

func alarmConfig(a stack.Alarm) cloudwatch.Alarm {
	config := cloudwatch.Alarm{
		Name: a.Name, ARN: a.ARN, Description: a.Description,
		Metric:    cloudwatch.Metric{Namespace: a.Namespace, Name: a.Metric},
		Statistic: a.Statistic, Period: time.Duration(a.PeriodSeconds) * time.Second,
		EvaluationPeriods: a.EvaluationPeriods, DatapointsToAlarm: a.DatapointsToAlarm,
		Threshold: a.Threshold, Comparison: a.Comparison, MissingData: a.MissingData, LowSamples: a.LowSamples,
		Rule: a.Rule, AlarmActions: a.AlarmActions, OKActions: a.OKActions,
	}
	for _, name := range slices.Sorted(maps.Keys(a.Dimensions)) {
		config.Metric.Dimensions = append(config.Metric.Dimensions, cloudwatch.Dimension{Name: name, Value: a.Dimensions[name]})
	}
	return config
}
