package sqs

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

const (
	maxDelay      = 15 * time.Minute
	maxVisibility = 12 * time.Hour
	maxBytes      = 1 << 20 // of a message and of a batch
)

// settings are the attributes of a queue that can be set.
type settings struct {
	visibility   time.Duration
	retention    time.Duration
	delay        time.Duration
	wait         time.Duration
	maximumSize  int // bytes of body and attributes
	redrive      redrivePolicy
	redriveAllow redriveAllowPolicy
	texts        map[string]string // all set attributes as the API shows them; replaced, never changed
}

// numberRange is a numeric attribute: its limits and default.
type numberRange struct {
	low, high int64
	standard  string
	apply     func(s *settings, n int64)
}

var numbers = map[string]numberRange{
	"VisibilityTimeout":             {0, 43200, "30", func(s *settings, n int64) { s.visibility = time.Duration(n) * time.Second }},
	"MessageRetentionPeriod":        {60, 1209600, "345600", func(s *settings, n int64) { s.retention = time.Duration(n) * time.Second }},
	"DelaySeconds":                  {0, 900, "0", func(s *settings, n int64) { s.delay = time.Duration(n) * time.Second }},
	"ReceiveMessageWaitTimeSeconds": {0, 20, "0", func(s *settings, n int64) { s.wait = time.Duration(n) * time.Second }},
	"MaximumMessageSize":            {1024, maxBytes, "1048576", func(s *settings, n int64) { s.maximumSize = int(n) }},
	"KmsDataKeyReusePeriodSeconds":  {60, 86400, "", func(*settings, int64) {}},
}

func defaults() settings {
	s := settings{texts: map[string]string{"SqsManagedSseEnabled": "true"}}
	for name, r := range numbers {
		if r.standard != "" {
			n, _ := strconv.ParseInt(r.standard, 10, 64)
			r.apply(&s, n)
			s.texts[name] = r.standard
		}
	}
	return s
}

// SetAttributes sets attributes, all or none; they are named and written as in
// the SQS API. A policy is taken away by the empty text.
func (q *Queue) SetAttributes(attributes map[string]string) error {
	next := q.settings
	next.texts = maps.Clone(q.texts)
	if attributes["KmsMasterKeyId"] != "" && attributes["SqsManagedSseEnabled"] == "true" {
		return queryError("InvalidAttributeName", "InvalidAttributeName", "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.")
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if err := q.set(&next, name, attributes[name]); err != nil {
			return err
		}
	}
	q.settings = next
	q.modified = q.service.w.Now()
	return nil
}

func (q *Queue) set(s *settings, name, value string) error {
	if r, ok := numbers[name]; ok {
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || n < r.low || n > r.high {
			return invalidAttribute(name, "Must be an integer between "+strconv.FormatInt(r.low, 10)+" and "+strconv.FormatInt(r.high, 10)+".")
		}
		r.apply(s, n)
		s.show(name, strconv.FormatInt(n, 10))
		return nil
	}
	var err error
	switch name {
	case "RedrivePolicy":
		s.redrive, value, err = q.parseRedrive(value)
	case "RedriveAllowPolicy":
		s.redriveAllow, value, err = parseRedriveAllow(value)
	case "SqsManagedSseEnabled":
		if value != "true" && value != "false" {
			return invalidAttribute(name, "Must be true or false.")
		}
	case "KmsMasterKeyId":
		if value != "" {
			s.show("SqsManagedSseEnabled", "false")
		}
	case "Policy":
	case "DeduplicationScope", "FifoThroughputLimit":
		return queryError("InvalidAttributeName", "InvalidAttributeName", "You can specify the %s only when FifoQueue is set to true.", name)
	default: // FifoQueue and ContentBasedDeduplication of a standard queue too
		return unknownAttribute(name)
	}
	s.show(name, value)
	return err
}

func (s *settings) show(name, value string) {
	if value == "" {
		delete(s.texts, name)
		return
	}
	s.texts[name] = value
}

// checkSame compares the attributes of a second CreateQueue with those there
// are. What is not given is not compared.
func (q *Queue) checkSame(attributes map[string]string) error {
	wanted := q.settings
	wanted.texts = maps.Clone(q.texts)
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if err := q.set(&wanted, name, attributes[name]); err != nil {
			return err
		}
		if wanted.texts[name] != q.texts[name] {
			return queryError("QueueNameExists", "QueueAlreadyExists", "A queue already exists with the same name and a different value for attribute %s", name)
		}
	}
	return nil
}

// attributes are all attributes as GetQueueAttributes names and shows them.
func (q *Queue) attributes() map[string]string {
	visible, inFlight, delayed := q.Counts()
	all := maps.Clone(q.texts)
	all["QueueArn"] = q.arn
	all["CreatedTimestamp"] = strconv.FormatInt(q.created.Unix(), 10)
	all["LastModifiedTimestamp"] = strconv.FormatInt(q.modified.Unix(), 10)
	all["ApproximateNumberOfMessages"] = strconv.Itoa(visible)
	all["ApproximateNumberOfMessagesNotVisible"] = strconv.Itoa(inFlight)
	all["ApproximateNumberOfMessagesDelayed"] = strconv.Itoa(delayed)
	return all
}

// known are the names that GetQueueAttributes takes, whether set or not.
var known = map[string]bool{
	"All": true, "Policy": true, "VisibilityTimeout": true, "MaximumMessageSize": true, "MessageRetentionPeriod": true,
	"ApproximateNumberOfMessages": true, "ApproximateNumberOfMessagesNotVisible": true, "CreatedTimestamp": true,
	"LastModifiedTimestamp": true, "QueueArn": true, "ApproximateNumberOfMessagesDelayed": true, "DelaySeconds": true,
	"ReceiveMessageWaitTimeSeconds": true, "RedrivePolicy": true, "FifoQueue": true, "ContentBasedDeduplication": true,
	"KmsMasterKeyId": true, "KmsDataKeyReusePeriodSeconds": true, "DeduplicationScope": true, "FifoThroughputLimit": true,
	"RedriveAllowPolicy": true, "SqsManagedSseEnabled": true,
}
