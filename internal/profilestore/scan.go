package profilestore

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// A ScanClient is the part of *dynamodb.Client that a Scanner uses. The Lambdas
// read no whole tables, so it is not a part of Client.
type ScanClient interface {
	Scan(ctx context.Context, in *dynamodb.ScanInput, options ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
	DescribeTable(ctx context.Context, in *dynamodb.DescribeTableInput, options ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error)
}

var _ ScanClient = (*dynamodb.Client)(nil)

// A Scanner reads all profiles of a table, page by page. Safe for concurrent
// use.
type Scanner struct {
	client ScanClient
	table  string
}

// NewScanner reads a table by its name or ARN.
func NewScanner(client ScanClient, table string) *Scanner { return &Scanner{client, table} }

// A Position says which page of a table to read.
type Position struct {
	Segment, Segments int    // an equal share of the table, and how many there are
	After             string // the user where the last page ended; empty: the beginning
	Limit             int    // items at most
}

// A Page is what is stored of some users.
type Page struct {
	Profiles   []events.Profile
	Unreadable []Unreadable
	After      string  // where the page ended; empty: its segment has no more
	Units      float64 // of read capacity that it cost
}

// An Unreadable item is one that somebody has to repair.
type Unreadable struct {
	UserID   string
	Revision int64 // 0: not even that can be read
	Err      error // wraps an *item.MalformedError
}

// Page reads one page, strongly consistent: it has every write that was
// acknowledged before. Items written meanwhile may be in it or not. The error is
// an *Error.
func (s *Scanner) Page(ctx context.Context, at Position) (Page, error) {
	in := &dynamodb.ScanInput{
		TableName: aws.String(s.table), ConsistentRead: aws.Bool(true), Limit: aws.Int32(int32(at.Limit)),
		Segment: aws.Int32(int32(at.Segment)), TotalSegments: aws.Int32(int32(at.Segments)),
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	}
	if at.After != "" {
		in.ExclusiveStartKey = key(at.After)
	}
	out, err := s.client.Scan(ctx, in)
	if err != nil {
		return Page{}, &Error{Operation: "Scan", Err: err}
	}
	p := Page{Units: units(out)}
	for _, attributes := range out.Items {
		p.add(attributes)
	}
	if len(out.LastEvaluatedKey) > 0 {
		if p.After, err = fromSDK(out.LastEvaluatedKey).User(); err != nil {
			return Page{}, &Error{Operation: "Scan", Err: errors.New("the answer's LastEvaluatedKey has no user_id")}
		}
	}
	return p, nil
}

func (p *Page) add(attributes map[string]types.AttributeValue) {
	stored, err := decode(attributes)
	if err != nil {
		raw := fromSDK(attributes)
		user, _ := raw.User() // the table's key: always there
		revision, unsound := raw.Revision()
		if unsound != nil {
			revision = 0
		}
		p.Unreadable = append(p.Unreadable, Unreadable{user, revision, err})
		return
	}
	p.Profiles = append(p.Profiles, stored.Profile)
}

// units is what the answer says it cost, or, where an endpoint does not say, a
// unit per item: more than an item of up to 4 KB can cost.
func units(out *dynamodb.ScanOutput) float64 {
	if c := out.ConsumedCapacity; c != nil && c.CapacityUnits != nil {
		return *c.CapacityUnits
	}
	return float64(max(1, out.ScannedCount))
}

// A Description is what DynamoDB says of a table. It counts items and bytes
// every six hours or so.
type Description struct {
	Name, ARN    string
	ID           string // of this table: another one by the same name has another
	Items, Bytes int64
	Streaming    bool // writes are recorded in a stream, and so announced
}

// Describe asks for the table's description. The error is an *Error.
func (s *Scanner) Describe(ctx context.Context) (Description, error) {
	out, err := s.client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(s.table)})
	if err != nil {
		return Description{}, &Error{Operation: "DescribeTable", Err: err}
	}
	t := out.Table
	for _, k := range t.KeySchema {
		if len(t.KeySchema) != 1 || aws.ToString(k.AttributeName) != item.UserID {
			return Description{}, &Error{Operation: "DescribeTable", Err: errors.New("the table's key is not " + item.UserID + ": it does not keep profiles")}
		}
	}
	return Description{
		Name: aws.ToString(t.TableName), ARN: aws.ToString(t.TableArn), ID: aws.ToString(t.TableId),
		Items: aws.ToInt64(t.ItemCount), Bytes: aws.ToInt64(t.TableSizeBytes),
		Streaming: t.StreamSpecification != nil && aws.ToBool(t.StreamSpecification.StreamEnabled),
	}, nil
}
