package procedures_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
	"github.com/bot-preferences/bot-preferences/internal/recovery"
)

// Users with a part of their own in a history.
const (
	returns = "returns" // erased so long ago that the item expires; then heard of again
	recent  = "recent"  // first heard of after the backup
	forged  = "forged"  // made by a foreign writer, and by no change
	large   = "large"   // a snapshot of whom is truncated
)

// foreign describes revisions in the future that something other than the pipeline
// wrote. nil: none.
type foreign struct {
	before     func(*loss) int64 // the backup, so that it is in the backup too
	since      func(*loss) int64 // and announced
	announced  strings.Builder   // what the operator knows of it: lines for recovery.ReadAnnounced
	passed     recovery.PassCounts
	everything bool // replayed is an archive of all events
}

func year2100(*loss) int64       { return time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli() }
func microseconds(l *loss) int64 { return l.now.UnixMicro() }

// leave lets a user erase everything, and waits until the item may expire at any time.
func (l *loss) leave() {
	for _, set := range []map[string]any{{"a": "long ago"}, nil} {
		l.publish(returns, set == nil, set)
		l.now = l.now.Add(time.Minute)
		l.flow()
	}
	l.hear()
	l.now = l.now.Add(events.Horizon + 25*time.Hour)
}

// comeBack lets the item expire, which the backup still has, and then makes a change of
// the user. The new item's revision begins with the time of its creation.
func (l *loss) comeBack() {
	if l.cloud.ExpireDue() != 1 {
		l.Fatal("not one item expires")
	}
	l.read = l.skipped()
	l.publish(returns, false, map[string]any{"a": "here again"})
	l.publish(recent, false, map[string]any{"a": "new here"})
	l.settle()
}

// skipped is the last record of the stream. The mapping's filter keeps removals
// from republish.
func (l *loss) skipped() string {
	l.flow()
	table, _ := l.cloud.Tables.Table(name)
	all := table.Records("", 1<<20)
	return all[len(all)-1].SequenceNumber
}

// fill makes a profile that fits into an announcement once, but not twice. A snapshot
// has it in changes and in preferences.
func (l *loss) fill() {
	for part := range 2 {
		set := map[string]any{}
		for i := range 6 {
			set[fmt.Sprintf("k%d", 6*part+i)] = strings.Repeat(strconv.Itoa(i), 15000)
		}
		l.publish(large, false, set)
		l.settle()
	}
}

// spoil writes revisions without the pipeline, for half the users and for one unknown
// user. They are announced, and the pipeline counts on from them. An item that expires
// with such a revision cannot be repaired: docs/recovery.md.
func (l *loss) spoil(revision func(*loss) int64) {
	if revision == nil {
		return
	}
	for i, spoilt := range l.items() {
		user := spoilt[item.UserID].(*types.AttributeValueMemberS).Value
		if user == returns || i%2 == 0 && user != recent {
			continue
		}
		l.put(spoilt, user, revision(l)+int64(i))
		if user == recent {
			l.put(maps.Clone(spoilt), forged, revision(l)+int64(i))
		}
	}
	applying := l.applying
	l.applying = true
	for range 4 {
		l.settle()
	}
	l.applying = applying
}

func (l *loss) put(spoilt map[string]types.AttributeValue, user string, revision int64) {
	spoilt[item.UserID] = &types.AttributeValueMemberS{Value: user}
	spoilt[item.Revision] = &types.AttributeValueMemberN{Value: strconv.FormatInt(revision, 10)}
	l.must(second(l.tables.PutItem(l.Context(), &dynamodb.PutItemInput{TableName: aws.String(name), Item: spoilt})))
}

// look records which revisions of the table are in the future, before the table is
// lost.
func (l *loss) look() {
	a := recovery.Advance{
		Read: profilestore.NewScanner(l.tables, name).Page, To: l.now.UnixMilli(), Segments: 1, DryRun: true,
		Ahead: func(user string, revision int64) {
			fmt.Fprintf(&l.announced, "{\"user_id\":%q,\"revision\":%d}\n", user, revision)
		},
	}
	l.must(second(a.Run(l.Context())))
}

// pass raises users past announced revisions. A user that no change has named is erased
// first, so that there is an item to raise and to announce.
func (l *loss) pass() {
	announced, err := recovery.ReadAnnounced(strings.NewReader(l.announced.String()))
	l.must(err)
	p := recovery.Pass{Read: l.store.Read, Move: l.store.AdvanceRevision}
	if _, ok := announced[forged]; ok {
		counts, err := p.Run(l.Context(), announced)
		l.must(err)
		if counts.Failed == 0 {
			l.Error("nobody says that a user has no item")
		}
		l.publish(forged, true, nil)
		l.flow()
	}
	l.passed, err = p.Run(l.Context(), announced)
	l.must(err)
}

// archiveAll makes an archive without a pattern: it keeps announcements too.
func (l *loss) archiveAll() {
	l.must(second(l.buses.CreateArchive(l.Context(), &eventbridge.CreateArchiveInput{
		ArchiveName: aws.String("everything"), EventSourceArn: aws.String("arn:aws:events:us-east-1:123456789012:event-bus/" + name),
	})))
}

// Revisions are raised past every announced one (G6), also past those of a writer whose
// clock or unit was wrong.
func TestTheProcedurePassesForeignRevisions(t *testing.T) {
	for what, change := range map[string]func(*loss){
		"of the year 2100, since the backup":        func(l *loss) { l.since = year2100 },
		"in the backup, and others since":           func(l *loss) { l.before, l.since = year2100, microseconds },
		"in the last state of a table that is gone": func(l *loss) { l.age, l.since = 0, year2100 },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			for seed := range (seeds() + 1) / 2 {
				var played *loss
				problems := play(t, seed, procedure, func(l *loss) { change(l); played = l })
				if len(problems) > 0 || played.passed.Failed > 0 || played.passed.Users == 0 {
					t.Fatalf("seed %d: passed %+v; %s", seed, played.passed, strings.Join(problems, "\n"))
				}
			}
		})
	}
}

// A truncated announcement does not have the whole profile. Subscribers read it over
// the API, which is open before anything is announced. No profile is made from an
// announcement, whether truncated or with a revision in the future. Our archive has no
// announcements, and the rule of a replay from another archive accepts none.
func TestTruncatedAnnouncementsReachCopiesAndNoTable(t *testing.T) {
	t.Parallel()
	var played *loss
	problems := play(t, 1, procedure, func(l *loss) { l.heavy, l.since, l.everything = true, year2100, true; played = l })
	if want := []string{"the archive has more than changes"}; !slices.Equal(problems, want) || played.truncated == 0 || len(played.prompt.unread) > 0 {
		t.Errorf("%d truncated, %d unread; %s", played.truncated, len(played.prompt.unread), strings.Join(problems, "\n"))
	}
}
