package localrun

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptrace"
	"regexp"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// With a long poll under way, Close ends at once and leaves nothing behind.
func TestCloseEndsLongPollsAndLeavesNothing(t *testing.T) {
	env, err := Start(t.Context(), Options{Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	sent, ended := make(chan bool), make(chan bool)
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { close(sent) }})
	go func() {
		defer close(ended)
		poll(ctx, env)
	}()
	<-sent
	if err := env.Close(); err != nil {
		t.Error(err)
	}
	<-ended
	stacks := make([]byte, 1<<20)
	stacks = stacks[:goruntime.Stack(stacks, true)]
	for _, left := range regexp.MustCompile(`internal/localaws/(realtime|runtime)\.\S+`).FindAllString(string(stacks), -1) {
		t.Errorf("a goroutine is left in %s", left)
	}
}

// poll waits for a message that never comes.
func poll(ctx context.Context, env *Environment) {
	body := `{"QueueUrl":"` + env.AWSURL + "/" + env.Stack.Account + "/" + namesOf(env.Stack).deadLetter + `","WaitTimeSeconds":20}`
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, env.AWSURL, strings.NewReader(body))
	if err != nil {
		return
	}
	request.Header.Set("X-Amz-Target", "AmazonSQS.ReceiveMessage")
	if response, err := http.DefaultClient.Do(request); err == nil {
		_ = response.Body.Close()
	}
}

// Every command that a run prints for copying is right: what it names exists, and what
// it sends is accepted. (A stage of .ci/run executes the commands themselves in a
// shell.)
func TestHintsAreTrue(t *testing.T) {
	env := start(t, "dev")
	shown := hints(env, ".bin/botprefs")
	named := func(pattern string) string {
		t.Helper()
		m := regexp.MustCompile(pattern).FindStringSubmatch(shown)
		if m == nil {
			t.Fatalf("nothing matches %s in\n%s", pattern, shown)
		}
		return m[1]
	}
	if env.AWSURL != named(`aws --endpoint-url (\S+) events`) || env.AWSURL != named(`dlq list --endpoint (\S+)`) {
		t.Errorf("the endpoint is not %s", env.AWSURL)
	}
	for line := range strings.Lines(shown) { // in the order in which a person would try them
		if strings.HasPrefix(line, "  curl ") {
			curl(t, strings.TrimSpace(line))
		}
	}
	hintedEvents(t, env, named(`--entries '([^']+)'`))
	if _, err := dynamodb.NewFromConfig(config(env)).Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String(named(`--table-name (\S+)`))}); err != nil {
		t.Error(err)
	}
	if _, err := sqs.NewFromConfig(config(env)).GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: aws.String(named(`--queue-url (\S+)`))}); err != nil {
		t.Error(err)
	}
	p, err := getProfile(t.Context(), named(`curl "(http\S+)/preferences\?user_id=u1"\n`), "u1")
	if err != nil || string(p.Preferences) != `{"language":"fr","tone":"formal"}` {
		t.Errorf("in the end u1 has %s, %v", p.Preferences, err)
	}
}

// curl makes the request of a curl command, which must succeed.
func curl(t *testing.T, line string) {
	t.Helper()
	option := func(pattern string) string {
		if m := regexp.MustCompile(pattern).FindStringSubmatch(line); m != nil {
			return m[1]
		}
		return ""
	}
	request, err := http.NewRequestWithContext(t.Context(), option(`-X (\S+)`), option(` "(http\S+)"$`), strings.NewReader(option(`-d '([^']+)'`)))
	if err != nil {
		t.Fatal(err)
	}
	if request.ContentLength > 0 {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded") // as curl -d does
	}
	if name, value, ok := strings.Cut(option(`-H '([^']+)'`), ": "); ok {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("%s\nanswers %s", line, response.Status)
	}
}

func hintedEvents(t *testing.T, env *Environment, entries string) {
	t.Helper()
	in := &eventbridge.PutEventsInput{}
	if err := json.Unmarshal([]byte(entries), &in.Entries); err != nil {
		t.Fatal(err)
	}
	out, err := eventbridge.NewFromConfig(config(env)).PutEvents(t.Context(), in)
	if err != nil || out.FailedEntryCount > 0 {
		t.Fatalf("PutEvents: %v, %v", out, err)
	}
	quiet(t, env, patience)
}
