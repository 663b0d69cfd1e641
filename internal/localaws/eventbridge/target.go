package eventbridge

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

const (
	defaultRetries = 185
	defaultAge     = 24 * time.Hour
	minAge         = time.Minute

	// NoRetry as MaximumRetryAttempts means a single attempt.
	NoRetry = -1
)

// A Target accepts deliveries: it stands for the ARN of a queue or a function.
type Target interface {
	// Deliver accepts the delivery or returns why not. A *DeliveryError says whether a
	// retry is possible. A *wire.Error means that the target's service refused the
	// request, and is final. Every other error is retried.
	Deliver(d Delivery) error
}

// DeliveryError is a target's error in EventBridge's terms.
type DeliveryError struct {
	Code    string // ERROR_CODE of the dead letter, such as "THROTTLING" or "NO_PERMISSIONS"
	Message string // ERROR_MESSAGE
	Final   bool   // retrying is pointless
}

// Error returns code and message.
func (e *DeliveryError) Error() string { return e.Code + ": " + e.Message }

// TargetConfig is one target of a rule. At most one of Input, InputPath and
// InputTransformer may be set; without, the target gets the whole event.
type TargetConfig struct {
	ID             string // 1 to 64 characters of A-Z, a-z, 0-9, period, hyphen and underscore
	ARN            string // of a standard queue, a function, or an API destination
	DeadLetterARN  string // of a standard queue; "": undeliverable events are dropped
	MessageGroupID string // makes the target a fair queue
	RoleARN        string // kept and shown, without effect; an API destination needs one

	MaximumRetryAttempts int           // 1 to 185; 0 stands for 185; NoRetry for none
	MaximumEventAge      time.Duration // 1 minute to 24 hours; 0 stands for 24 hours

	Input            string // JSON that is delivered in place of the event
	InputPath        string // JSON path to the part that is delivered
	InputTransformer *InputTransformer
}

// Retries returns how many attempts may follow the first.
func (t *TargetConfig) Retries() int {
	if t.MaximumRetryAttempts == NoRetry {
		return 0
	}
	return cmp.Or(t.MaximumRetryAttempts, defaultRetries)
}

func (t *TargetConfig) age() time.Duration { return cmp.Or(t.MaximumEventAge, defaultAge) }

// PutTarget adds a target to a rule, or replaces the one with the same ID. Errors:
// ResourceNotFoundException (bus or rule), LimitExceededException (5 targets a rule),
// ValidationException with the field, LocalAWSUnsupported. As in AWS, a missing queue
// or function is only found by a delivery.
func (s *Service) PutTarget(bus, rule string, t TargetConfig) error {
	r, err := s.rule(bus, rule)
	if err != nil {
		return err
	}
	return r.put([]TargetConfig{t})
}

// put adds several targets: all of them, or none.
func (r *rule) put(list []TargetConfig) error {
	next := slices.Clone(r.targets)
	for _, t := range list {
		if err := t.check(); err != nil {
			return err
		}
		at, found := slices.BinarySearchFunc(next, t.ID, func(t TargetConfig, id string) int { return cmp.Compare(t.ID, id) })
		if found {
			next[at] = t
			continue
		}
		next = slices.Insert(next, at, t)
	}
	if len(next) > maxTargets {
		return limitExceeded()
	}
	r.targets = next
	return nil
}

var targetID = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,64}$`)

func (t *TargetConfig) check() error {
	if !targetID.MatchString(t.ID) {
		return invalid("Target ID %q: 1 to 64 characters of A-Z, a-z, 0-9, period, hyphen and underscore", t.ID)
	}
	if err := t.checkTarget(); err != nil {
		return err
	}
	if t.DeadLetterARN != "" {
		if err := t.checkQueue("DeadLetterConfig.Arn", t.DeadLetterARN); err != nil {
			return err
		}
	}
	switch n := t.MaximumRetryAttempts; {
	case n < NoRetry || n > defaultRetries:
		return invalid("RetryPolicy.MaximumRetryAttempts of target %s: must be between 0 and %d", t.ID, defaultRetries)
	case t.age() < minAge || t.age() > defaultAge:
		return invalid("RetryPolicy.MaximumEventAgeInSeconds of target %s: must be between 60 and 86400", t.ID)
	}
	return t.checkInput()
}

// checkTarget accepts queues, functions and API destinations.
func (t *TargetConfig) checkTarget() error {
	function, destination := isFunction(t.ARN), isDestination(t.ARN)
	switch {
	case !function && !destination:
		return t.checkQueue("Arn", t.ARN)
	case function && strings.Count(t.ARN, ":") != unqualified:
		return wire.Unsupported("Arn %s of target %s: a version or an alias of a function", t.ARN, t.ID)
	case t.MessageGroupID != "":
		return invalid("SqsParameters of target %s: only a queue has them", t.ID)
	case destination && t.RoleARN == "":
		return invalid("RoleArn is required for target %s.", t.ID)
	}
	return nil
}

// unqualified is how many colons a function's ARN has without a version or an alias.
const unqualified = 6

func isFunction(arn string) bool { return strings.HasPrefix(arn, "arn:aws:lambda:") }

func (t *TargetConfig) checkQueue(field, arn string) error {
	if !strings.HasPrefix(arn, "arn:aws:sqs:") || strings.HasSuffix(arn, ".fifo") {
		return wire.Unsupported("%s %s of target %s: only standard SQS queues and Lambda functions are targets", field, arn, t.ID)
	}
	return nil
}

// remove removes targets. It ignores IDs that do not exist.
func (r *rule) remove(ids []string) {
	r.targets = slices.DeleteFunc(slices.Clone(r.targets), func(t TargetConfig) bool { return slices.Contains(ids, t.ID) })
}
