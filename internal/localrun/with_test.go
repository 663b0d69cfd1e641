package localrun

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/iam"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	localsqs "github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/subscriber"
	"github.com/bot-preferences/bot-preferences/subscriber/copytable"
)

const skillFile = "../../" + skillService

// greeter runs the pipeline with the skill beside it, and records what reached the
// skill.
type greeter struct {
	*Environment
	copies  *copytable.Table
	inbox   string // its queue's URL
	letters string

	mu      sync.Mutex
	printed strings.Builder
	failed  map[string]int // how often, by the message's id
}

func startGreeter(t *testing.T, o Options) *greeter {
	t.Helper()
	g := &greeter{failed: map[string]int{}}
	receipts := make(chan string, 100)
	var hops *follower // both it and the facts are the driver's to guard
	o.Build = built
	o.Dir, o.AWSAddr, o.HTTPAddr, o.With = ".", "127.0.0.1:0", "127.0.0.1:0", append(o.With, skillFile)
	o.Observe = func(f world.Fact) {
		g.observe(f, receipts)
		if hops != nil {
			hops.observe(f)
		}
	}
	o.Lacking = func(l iam.Lacking) { t.Errorf("%s calls %s: its role lacks %s", l.Function, l.Action, l.Statement()) }
	env, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	g.Environment = env
	env.Do(func(*cloud) {
		hops = newFollower(env.Services, time.Now, func(line string) {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.printed.WriteString(line + "\n")
		})
	})
	url := env.AWSURL + "/" + env.Stack.Account + "/greeter-" + env.Stack.Stage
	g.inbox, g.letters = url+"-inbox", url+"-dlq"
	g.copies = copytable.New(dynamodb.NewFromConfig(config(env)), "greeter-"+env.Stack.Stage+"-copies")
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { g.hurry(ctx, receipts) })
	t.Cleanup(func() {
		cancel()
		done.Wait()
		if err := env.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// observe records the messages that greet failed.
func (g *greeter) observe(f world.Fact, receipts chan<- string) {
	finished, ok := f.(lambda.Finished)
	if !ok || finished.Invocation.Function != "greet" || len(finished.Failures) == 0 {
		return
	}
	var batch struct {
		Records []struct{ MessageID, ReceiptHandle string }
	}
	_ = json.Unmarshal(finished.Invocation.Payload, &batch)
	for _, r := range batch.Records {
		for _, id := range finished.Failures {
			if r.MessageID == id {
				g.mu.Lock()
				g.failed[id]++
				g.mu.Unlock()
				receipts <- r.ReceiptHandle
			}
		}
	}
}

// hurry makes failed messages visible again at once, not after 30 s.
func (g *greeter) hurry(ctx context.Context, receipts <-chan string) {
	for {
		select {
		case <-ctx.Done():
			return
		case receipt := <-receipts:
			in := &sqs.ChangeMessageVisibilityInput{QueueUrl: &g.inbox, ReceiptHandle: &receipt}
			_, _ = sqs.NewFromConfig(config(g.Environment)).ChangeMessageVisibility(ctx, in)
		}
	}
}

func (g *greeter) copyOf(t *testing.T, user string) subscriber.Copy {
	t.Helper()
	c, err := g.copies.Load(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// publish puts a change on the bus, as a bot does.
func publish(t *testing.T, env *Environment, c events.PreferenceChange) {
	t.Helper()
	if err := bus(env).Send(t.Context(), []events.Envelope{events.ChangeEnvelope("test", &c, time.Now())})[0]; err != nil {
		t.Fatal(err)
	}
}

func (g *greeter) lines() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.printed.String()
}

// A change that a bot publishes ends in the skill's own table, in the keys that it
// follows, and what is erased goes from there too.
func TestSkillKeepsItsOwnCopy(t *testing.T) {
	g := startGreeter(t, Options{})
	clock := events.NewClock()
	for _, c := range []events.PreferenceChange{
		{UserID: "mia", Preferences: events.Preferences{"language": events.Text("de"), "city": events.Text("Wien")}},
		{UserID: "noor", Preferences: events.Preferences{"language": events.Text("fr"), "name": events.Text("Noor")}},
		{UserID: "noor", Replace: true},
	} {
		c.ID = clock.Next()
		publish(t, g.Environment, c)
		quiet(t, g.Environment, patience)
	}
	profiles := storedProfiles(t, g.Environment)
	if c := g.copyOf(t, "mia"); len(c.Preferences) != 1 || c.Preferences["language"] != events.Text("de") || c.Revision != profiles["mia"].Revision {
		t.Errorf("the copy is %+v, the profile %+v", c, profiles["mia"])
	}
	if c := g.copyOf(t, "noor"); len(c.Preferences) != 0 || c.Revision != profiles["noor"].Revision || c.Revision == 0 {
		t.Errorf("the copy of one who was erased is %+v, the profile %+v", c, profiles["noor"])
	}
	nothingLeft(t, g.Environment)
	if line := "dynamodb scan --table-name greeter-dev-copies"; !strings.Contains(hints(g.Environment, "botprefs"), line) {
		t.Errorf("the hints do not say %q", line)
	}
	for _, want := range []string{"greet mia city,language: bus ", "greet noor (erase)", "ms, taken"} {
		if !strings.Contains(g.lines(), want) {
			t.Errorf("the hops do not say %q:\n%s", want, g.lines())
		}
	}
}

// With --dynamodb the profiles are elsewhere. The tables of a service beside the
// pipeline are still here, and its functions use them.
func TestSkillsTablesAreHereWhereverTheProfilesAre(t *testing.T) {
	elsewhere := anotherEndpoint(t)
	g := startGreeter(t, Options{DynamoDB: elsewhere})
	publish(t, g.Environment, events.PreferenceChange{UserID: "mia", ID: events.NewClock().Next(), Preferences: events.Preferences{"language": events.Text("de")}})
	quiet(t, g.Environment, patience)
	if c := g.copyOf(t, "mia"); c.Preferences["language"] != events.Text("de") {
		t.Errorf("the copy is %+v", c)
	}
	if profile := storedProfiles(t, g.Environment)["mia"]; profile.Revision == 0 {
		t.Errorf("the profile elsewhere is %+v", profile)
	}
	for _, f := range g.functions {
		at, set := f.Environment["AWS_ENDPOINT_URL_DYNAMODB"]
		if beside := f.Name == "greet"; set != beside || beside && at != g.AWSURL {
			t.Errorf("%s asks for its tables at %q, the profiles are at %s", f.Name, at, elsewhere)
		}
	}
	for _, c := range []struct{ url, table string }{{elsewhere, g.Stack.Tables[0].Name}, {g.AWSURL, "greeter-dev-copies"}} {
		if line := "aws --endpoint-url " + c.url + " dynamodb scan --table-name " + c.table + "\n"; !strings.Contains(hints(g.Environment, "botprefs"), line) {
			t.Errorf("the hints do not say %s", line)
		}
	}
}

// A message that can never be handled is tried five times and ends in the skill's own
// dead-letter queue. It does not delay others.
func TestSkillsPoisonEndsInItsDeadLetters(t *testing.T) {
	g := startGreeter(t, Options{})
	poison := events.Envelope{ID: "poison", Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: []byte(`{"version":1,"user_id":7}`)}
	body := string(poison.AppendJSON(nil))
	queues := sqs.NewFromConfig(config(g.Environment))
	sent, err := queues.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &g.inbox, MessageBody: &body})
	if err != nil {
		t.Fatal(err)
	}
	publish(t, g.Environment, events.PreferenceChange{UserID: "mia", ID: events.NewClock().Next(), Preferences: events.Preferences{"language": events.Text("de")}})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := g.Await(ctx, func(c *cloud) bool { return len(lettersOf(c, g.Stack.Stage)) > 0 }); err != nil {
		t.Fatal(err)
	}
	quiet(t, g.Environment, patience)
	g.Do(func(c *cloud) {
		if letters := lettersOf(c, g.Stack.Stage); len(letters) != 1 || letters[0].Body != body {
			t.Errorf("dead letters %+v", letters)
		}
	})
	if n := g.failed[*sent.MessageId]; n != 5 || len(g.failed) != 1 {
		t.Errorf("it was tried %d times, of all that failed %v", n, g.failed)
	}
	if c := g.copyOf(t, "mia"); c.Preferences["language"] != events.Text("de") {
		t.Errorf("another user's copy is %+v", c)
	}
	for _, want := range []string{"greet unreadable announcement: queue ", ", failed: comes again", "greet unreadable announcement: dead letter in greeter-dev-dlq"} {
		if !strings.Contains(g.lines(), want) {
			t.Errorf("the hops do not say %q:\n%s", want, g.lines())
		}
	}
}

func lettersOf(c *cloud, stage string) []localsqs.Message {
	q, _ := c.Queues.Queue("greeter-" + stage + "-dlq")
	return q.Messages()
}

func TestServicesThatCannotRunBesideThePipeline(t *testing.T) {
	skill, err := os.ReadFile(skillFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, new, param, want string }{
		{"another bus", "EventBusName: bot-preferences-", "EventBusName: shop-", "", `no stack here has the event bus "shop-dev"; in AWS it would have to be deployed before this one`},
		{"a queue of the same name", "QueueName: greeter-${sls:stage}-inbox", "QueueName: bot-preferences-${sls:stage}-changes", "", `there are two of the queue bot-preferences-dev-changes: in the services ["bot-preferences" "greeter"]`},
		{"a function of the same name", "  greet:\n", "  getUserPreferences:\n", "", `there are two of the function getUserPreferences`},
		{"no parameter", "", "", "colour", `--param "colour": it must be name=value`},
		{"an unknown parameter", "", "", "batchsize=1", `--param batchsize: neither the pipeline nor a service of --with has it; they have archiveDays, batchSize, batchWindow, boundary, changeBatchSize,`},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "serverless.yml")
			text := strings.ReplaceAll(strings.ReplaceAll(string(skill), c.old, c.new), "!GetAtt GreetLogGroup.Arn", "'*'")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			o := Options{Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", With: []string{file}}
			if c.param != "" {
				o.Params = []string{c.param}
			}
			env, err := Start(t.Context(), o)
			if err == nil {
				_ = env.Close()
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\nwant an error with %s", err, c.want)
			}
		})
	}
}

func TestParametersAreForThePipelineToo(t *testing.T) {
	env, err := Start(t.Context(), Options{Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Params: []string{"changeBatchSize=7"}})
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	if got := env.Stack.QueueMappings[0].BatchSize; got != 7 {
		t.Errorf("the batch size is %d, want that of --param, 7", got)
	}
}

// Another value than on and off would otherwise mean off without a word.
func TestAMisspeltValueOfTheHistoryIsRefused(t *testing.T) {
	for _, value := range []string{"yes", "ON", ""} {
		env, err := Start(t.Context(), Options{Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Params: []string{"history=" + value}})
		if err == nil {
			_ = env.Close()
		}
		if want := "there is no custom.historyMustBeOnOrOff." + value + ", but off, on"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", value, err)
		}
	}
}

func TestAMisspeltParameterIsRefused(t *testing.T) {
	env, err := Start(t.Context(), Options{Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Params: []string{"changebatchsize=1"}})
	if err == nil {
		_ = env.Close()
	}
	want := "--param changebatchsize: neither the pipeline nor a service of --with has it; they have archiveDays, boundary, changeBatchSize, "
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v\nwant %s...", err, want)
	}
}

// A service of another repository is built in its own folder and module.
func TestServiceOfAnotherModule(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module shop\n\ngo 1.26\n", "fn/ship/main.go": "package main\n\nfunc main() {}\n",
		"serverless.yml": "service: shop\nprovider: {name: aws, runtime: provided.al2023}\nfunctions: {ship: {handler: fn/ship}}\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env, err := Start(t.Context(), Options{Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", With: []string{filepath.Join(dir, "serverless.yml")}})
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	for _, f := range env.functions {
		if _, err := os.Stat(f.Path); f.Name == "ship" && err == nil {
			return
		}
	}
	t.Errorf("no binary of ship among %+v", env.functions)
}
