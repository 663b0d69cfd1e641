package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
)

// take receives a letter of a queue, as a command does that is then killed.
func take(t *testing.T, env *localrun.Environment, queue string) {
	t.Helper()
	cfg, err := (&clientOptions{endpoint: env.AWSURL}).load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out, err := sqs.NewFromConfig(cfg).ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(env.AWSURL + "/000000000000/" + queue), VisibilityTimeout: 3600,
	})
	if err != nil || len(out.Messages) != 1 {
		t.Fatalf("%v, %v", out, err)
	}
}

// Nobody may take an empty list for an empty queue.
func TestHiddenLettersAreNotNoLetters(t *testing.T) {
	env := start(t)
	id := buryIn(t, env, letterQueue, changeOf("u1", "1"), "redrive")
	take(t, env, letterQueue)
	began := time.Now()
	for what, args := range map[string][]string{
		"list":             {"dlq", "list"},
		"list of one":      {"dlq", "list", "--of", "changes", "--code", "redrive"},
		"list as JSON":     {"dlq", "list", "--output", "json"},
		"redrive's list":   {"redrive"},
		"redrive":          {"dlq", "redrive", "--send", "--all"},
		"show":             {"dlq", "show", id},
		"redrive by id":    {"dlq", "redrive", "--discard", id},
		"resync's letters": {"resync", "--dead-letters", env.AWSURL + "/000000000000/" + letterQueue},
	} {
		out, err := botprefs(t, append(args, "--endpoint", env.AWSURL)...)
		if err == nil {
			t.Errorf("%s: status 0\n%s", what, out)
			continue
		}
		for _, want := range []string{"1 dead letter of ", "is hidden: another command has received it", "Run this again: it is back by 20", letterQueue} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v\nwant %s", what, err, want)
			}
		}
		if strings.Contains(out, "changes: no dead letters\n") {
			t.Errorf("%s: it prints %s", what, out)
		}
	}
	out, _ := stdout(t, "dlq", "list", "--endpoint", env.AWSURL, "--output", "json")
	queues := readLetters(t, out).Queues
	if len(queues) != 2 || queues[0].Hidden == nil || *queues[0].Hidden != 1 || queues[1].Hidden == nil || *queues[1].Hidden != 0 || queues[1].Until != nil {
		t.Fatalf("%s", out)
	}
	if wait := queues[0].Until.Sub(began); wait < 30*time.Second || wait > 2*time.Minute {
		t.Errorf("back after %s", wait)
	}
	// A letter that is chosen by its id, and found, is all that was asked for.
	other := buryIn(t, env, letterQueue, changeOf("u2", "1"), "redrive")
	for _, args := range [][]string{{"dlq", "show", other}, {"dlq", "list", other}, {"dlq", "redrive", "--send", other}} {
		if out, err := botprefs(t, append(args, "--endpoint", env.AWSURL)...); err != nil {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
}

// A queue that is gone does not hide the other one.
func TestAQueueThatIsGoneIsNamed(t *testing.T) {
	env := start(t)
	buryIn(t, env, letterQueue, changeOf("u1", "1"), "redrive")
	env.Do(func(c *localaws.Cloud) { c.Queues.DeleteQueue(announcementLetters) })
	out, err := botprefs(t, "dlq", "list", "--endpoint", env.AWSURL)
	if err == nil || !strings.Contains(err.Error(), "announcements: "+env.AWSURL+" has no queue "+announcementLetters+", although the stack has it") ||
		!strings.Contains(out, "changes: 1 dead letter\n") || !strings.Contains(out, "announcements: cannot be read\n") {
		t.Errorf("%v\n%s", err, out)
	}
	out, err = stdout(t, "dlq", "list", "--endpoint", env.AWSURL, "--output", "json")
	if list := readLetters(t, out); err == nil || len(list.Letters) != 1 || !strings.Contains(list.Queues[1].Error, announcementLetters) || list.Queues[1].Hidden != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := botprefs(t, "dlq", "show", "--endpoint", env.AWSURL, "ffffffff"); err == nil || !strings.Contains(err.Error(), "has no queue") {
		t.Errorf("a letter that may be in that queue: %v", err)
	}
	env.Do(func(c *localaws.Cloud) { c.Queues.DeleteQueue(letterQueue) })
	if out, err := botprefs(t, "dlq", "list", "--endpoint", env.AWSURL); err == nil || !strings.Contains(err.Error(), "no queue "+letterQueue) || out != "" {
		t.Errorf("%v\n%s", err, out)
	}
}

// refusing stands before dev, and answers some requests as AWS does where the caller has no
// permission. The operation is such as SendMessage; the request contains the text.
func refusing(t *testing.T, env *localrun.Environment, operation, text string) string {
	t.Helper()
	to, err := url.Parse(env.AWSURL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		switch target := r.Header.Get("X-Amz-Target"); {
		case target == "AmazonSQS."+operation && strings.Contains(string(body), text):
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"__type":"com.amazon.coral.service#AccessDeniedException","message":"no"}`)
		case target == "" && strings.Contains(string(body), "Action="+operation): // the query protocol
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`)
		default:
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestAMissingPermissionIsNamed(t *testing.T) {
	env := start(t)
	buryIn(t, env, letterQueue, changeOf("u1", "1"), "redrive")
	out, err := botprefs(t, "dlq", "list", "--endpoint", refusing(t, env, "ReceiveMessage", announcementLetters))
	if err == nil || !strings.Contains(err.Error(), "announcements: queue "+announcementLetters+" cannot be used (AccessDeniedException): this takes sqs:ReceiveMessage") || !strings.Contains(out, "changes: 1 dead letter\n") {
		t.Errorf("%v\n%s", err, out)
	}
	// A caller that may not count letters does not hear that there are none.
	endpoint := refusing(t, env, "GetQueueAttributes", announcementLetters)
	out, err = botprefs(t, "dlq", "list", "--endpoint", endpoint)
	if err == nil || !strings.Contains(err.Error(), "this takes sqs:GetQueueAttributes on queue "+announcementLetters) || !strings.Contains(out, "announcements: no dead letters to see\n") {
		t.Errorf("%v\n%s", err, out)
	}
	out, _ = stdout(t, "dlq", "list", "--endpoint", endpoint, "--output", "json")
	if q := readLetters(t, out).Queues[1]; q.Hidden != nil || !strings.Contains(q.Error, "GetQueueAttributes") {
		t.Errorf("%s", out)
	}
	// Announcing again takes no such permission.
	if out, err := botprefs(t, "resync", "--endpoint", endpoint, "--dead-letters", env.AWSURL+"/000000000000/"+announcementLetters); err != nil || !strings.Contains(out, "sqs:GetQueueAttributes") {
		t.Errorf("%v\n%s", err, out)
	}
}

// Without the stack SQS says where a queue is. The error names the permission that is missing.
func TestAMissingPermissionToFindAQueueIsNamed(t *testing.T) {
	env := start(t)
	for queue, args := range map[string][]string{announcementLetters: {"dlq", "list"}, changesQueue: {"dlq", "redrive", "--send", "--all"}} {
		endpoint := withoutCloudFormation(t, refusing(t, env, "GetQueueUrl", `"`+queue+`"`))
		out, err := botprefs(t, append(args, "--endpoint", endpoint)...)
		if err == nil || !strings.Contains(err.Error(), "queue "+queue+" cannot be used (AccessDeniedException): this takes cloudformation:DescribeStacks on the stack, or sqs:GetQueueUrl on the queue") {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
}

// Only a command that sends letters needs the change queue. It asks for the URL where the
// stack does not say it.
func TestAListNeedsNoChangeQueue(t *testing.T) {
	env := start(t)
	env.Do(func(c *localaws.Cloud) { c.Queues.DeleteQueue(changesQueue) })
	endpoint := refusing(t, env, "DescribeStacks", "")
	if out, err := botprefs(t, "dlq", "list", "--endpoint", endpoint); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := botprefs(t, "dlq", "redrive", "--endpoint", endpoint, "--send", "--all"); err == nil || !strings.Contains(err.Error(), "no queue "+changesQueue) {
		t.Errorf("%v", err)
	}
}

// While somebody edits a letter, others do not see it. It is hidden for no more than HideFor
// at a time, so it is back soon after the command was killed.
func TestAnEditedLetterIsHiddenBriefly(t *testing.T) {
	env := start(t)
	id := buryIn(t, env, letterQueue, changeOf("u1", "1"), "redrive")
	o := redriveOptions{letterOptions: letterOptions{clientOptions: clientOptions{endpoint: env.AWSURL, stage: "dev"}, kind: kindChanges, max: 10, ids: []string{id}}, edit: true}
	looked := false
	o.editor = func(context.Context, cli.Streams, string) error {
		looked = true
		if visible, hidden := waiting(env, letterQueue); visible != 0 || hidden != 1 {
			t.Errorf("%d visible, %d hidden", visible, hidden)
		}
		env.Do(func(c *localaws.Cloud) {
			q, _ := c.Queues.Queue(letterQueue)
			if back, ok := q.NextVisible(); !ok || time.Until(back) > deadletter.HideFor {
				t.Errorf("it is back in %s", time.Until(back))
			}
		})
		return nil
	}
	var out bytes.Buffer
	if err := redrive(t.Context(), cli.Streams{In: strings.NewReader(""), Out: &out, Err: &out}, o); err != nil || !looked {
		t.Errorf("%v\n%s", err, &out)
	}
}
