package realtime_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// front is an endpoint with one resource of each kind, all named work.
func front(t *testing.T, options ...func(*wire.Front)) http.Handler {
	t.Helper()
	d := drive(t, functions{})
	d.Do(func(c *localaws.Cloud) {
		if err := c.Buses.CreateBus("work"); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Tables.CreateTable(dynamodb.TableConfig{Name: "work", Hash: dynamodb.KeyAttribute{Name: "id", Type: "S"}}); err != nil {
			t.Fatal(err)
		}
	})
	return d.AWS(options...)
}

// ask sends a request that is signed for a region; without one if it is empty.
func ask(h http.Handler, region, service, target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", target)
	if target == "" {
		r.Header.Del("X-Amz-Target")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	}
	if region != "" {
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20261201/"+region+"/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// The account has its resources in one region. In AWS another region answers that it
// does not have them, each service with its own code: those in the models of the SDKs.
func TestAnotherRegionFindsNothing(t *testing.T) {
	var strayed []string
	h := front(t, func(f *wire.Front) { f.Strayed = func(region string) { strayed = append(strayed, region) } })
	const url = `{"QueueUrl":"http://127.0.0.1:4566/000000000000/work"}`
	for _, c := range []struct{ service, target, body, code string }{
		{"sqs", "AmazonSQS.GetQueueUrl", `{"QueueName":"work"}`, "QueueDoesNotExist"},
		{"sqs", "AmazonSQS.ReceiveMessage", url, "QueueDoesNotExist"},
		{"dynamodb", "DynamoDB_20120810.DescribeTable", `{"TableName":"work"}`, "ResourceNotFoundException"},
		{"dynamodb", "DynamoDB_20120810.GetItem", `{"TableName":"work","Key":{"id":{"S":"1"}}}`, "ResourceNotFoundException"},
		{"events", "AWSEvents.DescribeEventBus", `{"Name":"work"}`, "ResourceNotFoundException"},
	} {
		for _, region := range []string{"us-east-1", "", "eu-central-1", "nonsense"} {
			w := ask(h, region, c.service, c.target, c.body)
			code := w.Header().Get("X-Amzn-Errortype")
			if region == "eu-central-1" && code != c.code || region != "eu-central-1" && w.Code != http.StatusOK {
				t.Errorf("%s in %q: %d %s %s", c.target, region, w.Code, code, w.Body)
			}
		}
	}
	if len(strayed) != 5 || strayed[0] != "eu-central-1" {
		t.Errorf("strayed to %q, want five times to eu-central-1", strayed)
	}
	if w := ask(h, "eu-central-1", "dynamodb", "DynamoDB_20120810.ListTables", `{}`); !strings.Contains(w.Body.String(), `"TableNames":[]`) {
		t.Errorf("ListTables: %s", w.Body)
	}
	w := ask(h, "eu-central-1", "sqs", "AmazonSQS.CreateQueue", `{"QueueName":"new"}`)
	if w.Header().Get("X-Amzn-Errortype") != "LocalAWSUnsupported" || !strings.Contains(w.Body.String(), "everything is in us-east-1 here") {
		t.Errorf("CreateQueue: %d %s", w.Code, w.Body)
	}
}

// The form of the answer is that of STS's query protocol (API version 2011-06-15), as
// the SDKs' models describe it.
func TestGetCallerIdentity(t *testing.T) {
	const action = "Action=GetCallerIdentity&Version=2011-06-15"
	for _, region := range []string{"us-east-1", "eu-central-1"} {
		w := ask(front(t), region, "sts", "", action)
		for _, want := range []string{
			`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>`,
			"<Arn>arn:aws:iam::000000000000:root</Arn><UserId>000000000000</UserId><Account>000000000000</Account></GetCallerIdentityResult>",
			"<ResponseMetadata><RequestId>",
		} {
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/xml" || !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: %d %s, want %s", region, w.Code, w.Body, want)
			}
		}
	}
	asRole := func(f *wire.Front) {
		f.Role = func(token string) (role, session string, ok bool) { return "GreetRole", "greet", token == "" }
	}
	if w := ask(front(t, asRole), "us-east-1", "sts", "", action); !strings.Contains(w.Body.String(), "<Arn>arn:aws:sts::000000000000:assumed-role/GreetRole/greet</Arn>") {
		t.Errorf("a function: %s", w.Body)
	}
	if w := ask(front(t), "us-east-1", "sts", "", "Action=AssumeRole&Version=2011-06-15"); !strings.Contains(w.Body.String(), "LocalAWSUnsupported") {
		t.Errorf("AssumeRole: %s", w.Body)
	}
}

// A client in a container reaches the endpoint by another name than this machine, and
// needs queue URLs that it can use.
func TestQueueURLsHaveTheRequestsHost(t *testing.T) {
	h := front(t)
	spareOf := `{"QueueUrl":"http://127.0.0.1:4566/000000000000/spare"}`
	for target, body := range map[string]string{
		"GetQueueUrl": `{"QueueName":"work"}`, "CreateQueue": `{"QueueName":"new"}`, "ListQueues": `{}`, "ListDeadLetterSourceQueues": spareOf,
	} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("X-Amz-Target", "AmazonSQS."+target)
		r.Host = "host.docker.internal:4566"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if text := w.Body.String(); !strings.Contains(text, `"http://host.docker.internal:4566/000000000000/`) || strings.Contains(text, "amazonaws.com") {
			t.Errorf("%s: %s", target, text)
		}
	}
}
