package main

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
)

const arnPrefix = "arn:aws:sqs:us-east-1:000000000000:"

var noQueue = map[string]string{"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "no such queue"}

// fakeAWS is the part of SQS and EventBridge that a skill calls: queues and one rule,
// which record their requests.
type fakeAWS struct {
	t   *testing.T
	url string

	mu           sync.Mutex
	queues       map[string]map[string]any // those that exist, and with which attributes they were made
	calls        []string                  // operations, in order
	inputs       map[string]map[string]any
	bodies       []string        // not received yet
	received     any             // the last answer with messages in it
	acknowledged chan string     // receipt handles: the message's place in its batch, and its body
	refuse       map[string]bool // operations that fail
}

// newFakeAWS starts it and sets the environment so that every AWS client uses it.
func newFakeAWS(t *testing.T) *fakeAWS {
	f := &fakeAWS{t: t, queues: map[string]map[string]any{}, inputs: map[string]map[string]any{}, acknowledged: make(chan string, 100), refuse: map[string]bool{}}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.url = server.URL
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	return f
}

func (f *fakeAWS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	var in map[string]any
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // a skill that was told to stop cuts its long poll off
	}
	if err := json.Unmarshal(body, &in); err != nil {
		f.t.Errorf("%s: %v", operation, err)
	}
	f.mu.Lock()
	out, status := f.answer(operation, in)
	if operation == "ReceiveMessage" && out == nil && asksAgain(r) {
		out, status = f.received, 200
	}
	f.mu.Unlock()
	if out == nil { // a long poll of an empty queue
		<-r.Context().Done()
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(status)
	_ = json.MarshalWrite(w, out)
}

// asksAgain tells whether this request is a retry because the SDK lost the answer. A
// real queue would redeliver the messages later.
func asksAgain(r *http.Request) bool {
	attempt := r.Header.Get("Amz-Sdk-Request")
	return attempt != "" && !strings.HasPrefix(attempt, "attempt=1")
}

func (f *fakeAWS) answer(operation string, in map[string]any) (out any, status int) {
	if operation != "ReceiveMessage" {
		f.calls, f.inputs[operation] = append(f.calls, operation), in
	}
	switch operation {
	case "GetQueueUrl":
		name := in["QueueName"].(string)
		if _, there := f.queues[name]; !there {
			return noQueue, 400
		}
		return map[string]string{"QueueUrl": f.url + "/000000000000/" + name}, 200
	case "CreateQueue":
		name := in["QueueName"].(string)
		f.queues[name], _ = in["Attributes"].(map[string]any)
		return map[string]string{"QueueUrl": f.url + "/000000000000/" + name}, 200
	case "GetQueueAttributes":
		return map[string]any{"Attributes": map[string]string{"QueueArn": arnPrefix + path.Base(in["QueueUrl"].(string))}}, 200
	case "PutRule":
		return map[string]string{"RuleArn": "arn:aws:events:us-east-1:000000000000:rule/a-bus/greeter-test"}, 200
	case "SetQueueAttributes":
		return map[string]any{}, 200
	case "PutTargets":
		return f.putTargets(), 200
	case "ReceiveMessage":
		return f.receive()
	case "DeleteMessageBatch":
		return f.acknowledge(in), 200
	}
	f.t.Errorf("called %s", operation)
	return map[string]string{"__type": "UnknownOperationException"}, 400
}

func (f *fakeAWS) putTargets() any {
	if !f.refuse["PutTargets"] {
		return map[string]any{"FailedEntryCount": 0, "FailedEntries": []any{}}
	}
	failed := map[string]string{"TargetId": "greeter-test", "ErrorCode": "ManagedRuleException", "ErrorMessage": "not yours"}
	return map[string]any{"FailedEntryCount": 1, "FailedEntries": []any{failed}}
}

func (f *fakeAWS) receive() (any, int) {
	if f.refuse["ReceiveMessage"] {
		return noQueue, 400
	}
	if len(f.bodies) == 0 {
		return nil, 0
	}
	var messages []any
	for i, body := range f.bodies {
		sum := md5.Sum([]byte(body))
		messages = append(messages, map[string]string{
			"MessageId": fmt.Sprint("m", i), "ReceiptHandle": fmt.Sprint(i, " is the receipt of ", body), "Body": body, "MD5OfBody": hex.EncodeToString(sum[:]),
		})
	}
	f.bodies, f.received = nil, map[string]any{"Messages": messages}
	return f.received, 200
}

// acknowledge accepts all messages. If the fake is set to refuse, it refuses the first
// one.
func (f *fakeAWS) acknowledge(in map[string]any) any {
	ids, failed := []any{}, []any{}
	for i, e := range in["Entries"].([]any) {
		entry := e.(map[string]any)
		if i == 0 && f.refuse["DeleteMessageBatch"] {
			failed = append(failed, map[string]any{"Id": entry["Id"], "Code": "ReceiptHandleIsInvalid", "SenderFault": true})
			continue
		}
		ids = append(ids, map[string]any{"Id": entry["Id"]})
		f.acknowledged <- entry["ReceiptHandle"].(string)
	}
	return map[string]any{"Successful": ids, "Failed": failed}
}
