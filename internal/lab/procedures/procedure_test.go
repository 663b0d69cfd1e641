package procedures_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
	"github.com/bot-preferences/bot-preferences/internal/recovery"
)

// A loss is a history in which the table is lost.
type loss struct {
	*pipeline
	backup         []map[string]types.AttributeValue
	taken          time.Time             // when the backup was taken
	from           time.Time             // where the replay begins; zero: as far back as changes are taken
	to             func(*loss) time.Time // of the advance; nil: now
	values         int
	prompt, lazy   *subscriber
	heardByPrompt  int
	replays        int
	filtered       bool // replay to the change rule alone
	age            time.Duration
	users          int
	eraseAll       bool // all users, right after the backup
	queueInBetween bool // also changes past the bus, between backup and loss
	late           bool // the replay begins with the backup
	heavy          bool // a user whose snapshot is truncated
	foreign
}

// procedure is docs/recovery.md, step by step.
var procedure = []string{"close", "restore", "advance", "open apply", "replay", "redrive", "pass", "open the API", "stream", "snapshot"}

func (l *loss) step(name string) {
	l.Helper()
	map[string]func(){
		"close":        l.close,
		"restore":      l.restore,
		"advance":      l.advance,
		"open apply":   func() { l.applying = true },
		"replay":       l.replay,
		"redrive":      l.redrive,
		"pass":         l.pass,
		"stream":       l.stream,
		"snapshot":     l.snapshot,
		"open the API": func() { l.serving = true },
		"one change":   func() { l.live(); l.live(); l.live() },
	}[name]()
	l.settle()
}

// settle lets time pass and changes arrive, and runs everything that is open.
func (l *loss) settle() {
	for range 2 {
		l.live()
		l.now = l.now.Add(time.Duration(l.IntN(60)) * time.Second)
		l.flow()
		l.hear()
	}
}

// live publishes one change of some user, over the bus.
func (l *loss) live() {
	user, key := fmt.Sprintf("u%d", l.IntN(l.users)), string("ab"[l.IntN(2)])
	l.values++
	set := map[string]any{key: fmt.Sprintf("v%d", l.values)}
	switch l.IntN(8) {
	case 0:
		l.publish(user, true, nil)
	case 1:
		l.publish(user, true, set)
	case 2:
		l.publish(user, false, map[string]any{key: nil})
	default:
		l.publish(user, false, set)
	}
	l.now = l.now.Add(time.Duration(l.IntN(3000)) * time.Millisecond)
}

// hear delivers new announcements to the prompt subscriber, and any announcements, in
// any order, to the lazy one.
func (l *loss) hear() {
	for ; l.heardByPrompt < len(l.received); l.heardByPrompt++ {
		l.prompt.take(l.received[l.heardByPrompt])
	}
	for range min(3, len(l.received)) {
		l.lazy.take(l.received[l.IntN(len(l.received))])
	}
	if _, ok := l.cloud.Tables.Table(name); ok && l.serving {
		l.prompt.retry(l.profiles)
		l.lazy.retry(l.profiles)
	}
}

func (l *loss) items() (all []map[string]types.AttributeValue) {
	out, err := l.tables.Scan(l.Context(), &dynamodb.ScanInput{TableName: aws.String(name)})
	l.must(err)
	return out.Items
}

func (l *loss) close() { l.applying, l.republishing, l.serving = false, false, false }

// lose plays the time before: a backup, changes after it, and the loss.
func (l *loss) lose() {
	l.leave()
	for range 8 {
		l.settle()
	}
	if l.heavy {
		l.fill()
	}
	l.backlog()
	l.spoil(l.before)
	l.backup, l.taken = l.items(), l.now
	if l.late {
		l.from = l.taken
	}
	l.applying = true
	l.comeBack()
	for i := range l.users {
		if l.eraseAll {
			l.publish(fmt.Sprint("u", i), true, nil)
		}
	}
	for range 6 {
		l.now = l.now.Add(time.Duration(l.IntN(int(l.age/3) + 1)))
		if l.queueInBetween {
			l.values++
			l.sayToQueue("over the queue alone", map[string]any{"a": fmt.Sprintf("v%d", l.values)})
		}
		l.settle()
	}
	if l.age == 0 {
		l.backup, l.taken = l.items(), l.now // what DynamoDB keeps of a deleted table
	}
	if l.age > 0 {
		l.damage()
	}
	l.spoil(l.since)
	l.look()
	l.lost = maps.Clone(l.merged)
	l.must(second(l.tables.UpdateTable(l.Context(), &dynamodb.UpdateTableInput{TableName: aws.String(name), DeletionProtectionEnabled: aws.Bool(false)})))
	l.must(second(l.tables.DeleteTable(l.Context(), &dynamodb.DeleteTableInput{TableName: aws.String(name)})))
	for i := range 8 { // until somebody notices, changes fail and become dead letters
		l.sayToQueue("u0", map[string]any{fmt.Sprint("c", i): "while it was lost"})
		l.now = l.now.Add(31 * time.Second)
		l.settle()
	}
	l.now = l.now.Add(time.Minute)
}

// backlog makes changes wait for longer than any margin while the backup is taken.
// Nothing supersedes them.
func (l *loss) backlog() {
	l.applying = false
	for i := range l.users {
		l.publish(fmt.Sprint("u", i), false, map[string]any{"waited": "for apply"})
	}
	l.now = l.now.Add(3 * time.Hour)
}

// damage writes into the table without the pipeline. The damage is announced.
func (l *loss) damage() {
	for i, damaged := range l.items() {
		revision, err := strconv.ParseInt(damaged[item.Revision].(*types.AttributeValueMemberN).Value, 10, 64)
		l.must(err)
		damaged[item.Revision] = &types.AttributeValueMemberN{Value: strconv.FormatInt(revision+1, 10)}
		damaged[item.Preference("damage")] = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			item.Value: &types.AttributeValueMemberS{Value: strconv.Itoa(i)}, item.Stamp: &types.AttributeValueMemberS{Value: l.stamps.Next().String()},
		}}
		l.must(second(l.tables.PutItem(l.Context(), &dynamodb.PutItemInput{TableName: aws.String(name), Item: damaged})))
	}
	l.flow()
	l.hear()
}

func second[T any](_ T, err error) error { return err }

func (l *loss) restore() {
	l.must(second(l.tables.CreateTable(l.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String(name), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String(item.UserID), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String(item.UserID), KeyType: types.KeyTypeHash}},
	})))
	for _, i := range l.backup {
		l.must(second(l.tables.PutItem(l.Context(), &dynamodb.PutItemInput{TableName: aws.String(name), Item: i})))
	}
}

func (l *loss) advance() {
	to := l.now
	if l.to != nil {
		to = l.to(l)
	}
	a := recovery.Advance{Read: profilestore.NewScanner(l.tables, name).Page, Move: l.store.AdvanceRevision, To: to.UnixMilli(), Segments: 3}
	counts, err := a.Run(l.Context())
	l.must(err)
	if counts.Failed > 0 || counts.Moved != counts.Behind || counts.Items != int64(len(l.backup)) && !l.applying {
		l.Errorf("advanced: %+v of %d", counts, len(l.backup))
	}
}

func (l *loss) replay() {
	l.replays++
	l.now = l.now.Add(10 * time.Minute)
	if l.from.IsZero() {
		l.from = l.now.Add(-events.Horizon)
	}
	in := &eventbridge.StartReplayInput{
		ReplayName: aws.String(fmt.Sprint("recovery-", l.replays)), EventSourceArn: aws.String("arn:aws:events:us-east-1:123456789012:archive/" + changes),
		EventStartTime: aws.Time(l.from), EventEndTime: aws.Time(l.now),
		Destination: &ebtypes.ReplayDestination{Arn: aws.String("arn:aws:events:us-east-1:123456789012:event-bus/" + name)},
	}
	if l.everything {
		in.EventSourceArn = aws.String("arn:aws:events:us-east-1:123456789012:archive/everything")
	}
	if l.filtered {
		in.Destination.FilterArns = []string{"arn:aws:events:us-east-1:123456789012:rule/" + name + "/" + changes}
	}
	l.must(second(l.buses.StartReplay(l.Context(), in)))
	l.flow()
	out, err := l.buses.DescribeReplay(l.Context(), &eventbridge.DescribeReplayInput{ReplayName: in.ReplayName})
	l.must(err)
	if out.State != ebtypes.ReplayStateCompleted {
		l.Errorf("the replay is %s", out.State)
	}
	for range 6 { // what was being tried when apply was closed is visible again
		l.now = l.now.Add(31 * time.Second)
		l.flow()
	}
}

// redrive sends back the messages that failed because there was no table.
func (l *loss) redrive() {
	for {
		out, err := l.queues.ReceiveMessage(l.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(l.url[letters]), MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"}})
		l.must(err)
		for _, m := range out.Messages {
			if code, refused := m.MessageAttributes["ERROR_CODE"]; refused {
				l.problem("a change is refused: %s", *code.StringValue)
				continue
			}
			l.must(second(l.queues.SendMessage(l.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(l.url[changes]), MessageBody: m.Body})))
			l.must(second(l.queues.DeleteMessage(l.Context(), &sqs.DeleteMessageInput{QueueUrl: aws.String(l.url[letters]), ReceiptHandle: m.ReceiptHandle})))
		}
		if len(out.Messages) == 0 {
			break
		}
	}
	l.flow()
}

// stream turns the stream on, and creates the mapping again.
func (l *loss) stream() {
	l.must(second(l.tables.UpdateTable(l.Context(), &dynamodb.UpdateTableInput{TableName: aws.String(name), StreamSpecification: &types.StreamSpecification{
		StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages,
	}})))
	l.read, l.republishing = "", true
}

func (l *loss) snapshot() {
	scanner := profilestore.NewScanner(l.tables, name)
	walk := backfill.Walk{Target: l.bus, Read: func(ctx context.Context, at backfill.Position) (backfill.Page, error) {
		page, err := scanner.Page(ctx, profilestore.Position(at))
		return backfill.Page{Profiles: page.Profiles, After: page.After, Units: page.Units}, err
	}}
	l.must(second(walk.Run(l.Context(), backfill.Begin(backfill.Plan{}, 2, l.now))))
}

// play plays a history with these steps after the loss, and returns the problems at the
// end.
func play(t *testing.T, seed uint64, steps []string, change func(*loss)) []string {
	t.Helper()
	l := &loss{pipeline: newPipeline(t, seed), prompt: newSubscriber(), lazy: newSubscriber(), filtered: true, age: 2 * day, users: 6}
	if change != nil {
		change(l)
	}
	l.must(l.cloud.Buses.PutRule(name, bystander, `{"detail-type":["PreferenceChange"]}`))
	if l.everything {
		l.archiveAll()
	}
	l.lose()
	for _, name := range steps {
		l.step(name)
	}
	for range 2 {
		l.settle()
	}
	l.judge()
	return slices.Sorted(maps.Keys(l.problems))
}

func (l *loss) judge() {
	for _, u := range l.received { // whatever is late, comes
		l.lazy.take(u)
	}
	l.hear()
	table := l.profiles()
	for user, want := range l.merged {
		p := table[user]
		if fmt.Sprint(visible(want)) != fmt.Sprint(p.Visible()) {
			l.problem("G1 Convergence: the table is not the merge of all changes")
		}
		for _, s := range []*subscriber{l.prompt, l.lazy} {
			if s.revision[user] != p.Revision || fmt.Sprint(s.copies[user]) != fmt.Sprint(p.Visible()) {
				l.problem("G5 Subscribers converge: a copy is not what the table has")
			}
		}
	}
}

func visible(s events.State) events.Preferences {
	return (&events.Profile{State: s}).Visible()
}
