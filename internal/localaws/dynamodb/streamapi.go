package dynamodb

import (
	"slices"
	"strconv"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// Limits of GetRecords and DescribeStream.
const (
	maxRecords      = 1000
	maxRecordsBytes = 1 << 20
)

type listStreamsInput struct {
	TableName               string
	Limit                   *int
	ExclusiveStartStreamArn string
}

type streamSummary struct{ StreamArn, StreamLabel, TableName string }

type listStreamsOutput struct {
	Streams                []streamSummary
	LastEvaluatedStreamArn string `json:",omitzero"`
}

func (s *Service) listStreams(in *listStreamsInput) (*listStreamsOutput, error) {
	limit, err := limitOr(in.Limit, 100, 100)
	if err != nil {
		return nil, err
	}
	table, err := s.tableName(in.TableName)
	if err != nil {
		return nil, err
	}
	rest := s.readable()
	if in.ExclusiveStartStreamArn != "" {
		last, err := s.streamByARN(in.ExclusiveStartStreamArn)
		if err != nil {
			return nil, err
		}
		rest = rest[slices.Index(rest, last)+1:]
	}
	out := &listStreamsOutput{Streams: []streamSummary{}}
	for _, st := range rest {
		if table != "" && table != st.tableName {
			continue
		}
		if len(out.Streams) == limit {
			out.LastEvaluatedStreamArn = out.Streams[limit-1].StreamArn
			break
		}
		out.Streams = append(out.Streams, streamSummary{st.arn, st.label, st.tableName})
	}
	return out, nil
}

// limitOr checks an optional Limit.
func limitOr(limit *int, otherwise, most int) (int, error) {
	switch {
	case limit == nil:
		return otherwise, nil
	case *limit < 1:
		return 0, constraint(strconv.Itoa(*limit), "limit", "Member must have value greater than or equal to 1")
	case *limit > most:
		return 0, constraint(strconv.Itoa(*limit), "limit", "Member must have value less than or equal to %d", most)
	}
	return *limit, nil
}

type describeStreamInput struct {
	StreamArn             string
	Limit                 *int
	ExclusiveStartShardId string
	ShardFilter           *struct{ ShardId, Type string }
}

type streamDescription struct {
	StreamArn, StreamLabel, StreamStatus, StreamViewType, TableName string
	CreationRequestDateTime                                         wire.Time
	KeySchema                                                       []keySchemaElement
	Shards                                                          []shardDescription
}

type shardDescription struct {
	ShardId             string
	ParentShardId       string `json:",omitzero"`
	SequenceNumberRange struct {
		StartingSequenceNumber string
		EndingSequenceNumber   string `json:",omitzero"`
	}
}

type describeStreamOutput struct{ StreamDescription streamDescription }

func (s *Service) describeStream(in *describeStreamInput) (*describeStreamOutput, error) {
	if _, err := limitOr(in.Limit, 100, 100); err != nil {
		return nil, err
	}
	if f := in.ShardFilter; f != nil {
		if err := first(required(f.Type != "", "shardFilter.type"), oneOf(f.Type, "shardFilter.type", "CHILD_SHARDS"), checkShardID("shardFilter.shardId", f.ShardId)); err != nil {
			return nil, err
		}
	}
	st, err := s.streamByARN(in.StreamArn)
	if err != nil {
		return nil, err
	}
	d := streamDescription{
		StreamArn: st.arn, StreamLabel: st.label, StreamStatus: "ENABLED", StreamViewType: st.view, TableName: st.tableName,
		CreationRequestDateTime: wire.Time(st.created), KeySchema: st.schema, Shards: []shardDescription{},
	}
	if !st.ended.IsZero() {
		d.StreamStatus = "DISABLED"
	}
	skipping := in.ExclusiveStartShardId != ""
	for _, sh := range st.shards {
		if skipping {
			skipping = sh.id != in.ExclusiveStartShardId
			continue
		}
		if in.ShardFilter != nil && sh.parent != in.ShardFilter.ShardId {
			continue
		}
		e := shardDescription{ShardId: sh.id, ParentShardId: sh.parent}
		e.SequenceNumberRange.StartingSequenceNumber, e.SequenceNumberRange.EndingSequenceNumber = sh.start, sh.end
		d.Shards = append(d.Shards, e)
	}
	return &describeStreamOutput{d}, nil
}

// checkShardID checks the form of a shard's id: 28 to 65 bytes.
func checkShardID(member, id string) error {
	if len(id) < 28 || len(id) > 65 {
		return constraint(id, member, "Member must have length between 28 and 65")
	}
	return nil
}

type getRecordsInput struct {
	ShardIterator string
	Limit         *int
}

type getRecordsOutput struct {
	Records           []wireRecord
	NextShardIterator string `json:",omitzero"`
}

// wireRecord is a Record as GetRecords answers it.
type wireRecord struct {
	EventID      string        `json:"eventID"`
	EventName    string        `json:"eventName"`
	EventVersion string        `json:"eventVersion"`
	EventSource  string        `json:"eventSource"`
	AwsRegion    string        `json:"awsRegion"`
	Dynamodb     wireChange    `json:"dynamodb"`
	UserIdentity *wireIdentity `json:"userIdentity,omitzero"`
}

type wireChange struct {
	ApproximateCreationDateTime wire.Time
	Keys                        Item
	NewImage                    Item `json:",omitzero"`
	OldImage                    Item `json:",omitzero"`
	SequenceNumber              string
	SizeBytes                   int
	StreamViewType              string
}

type wireIdentity struct{ PrincipalId, Type string }

func (s *Service) getRecords(in *getRecordsInput) (*getRecordsOutput, error) {
	limit, err := limitOr(in.Limit, maxRecords, maxRecords)
	if err != nil {
		return nil, err
	}
	at, err := parseIterator(in.ShardIterator)
	if err != nil {
		return nil, err
	}
	st, sh, err := s.findShard(at.stream, at.shard)
	if err != nil {
		return nil, err
	}
	if s.w.Now().Sub(at.issued) > iteratorLife {
		return nil, wire.Errorf("ExpiredIteratorException", "The shard iterator has expired. Shard iterators are only valid for 15 minutes")
	}
	if st.trim(); at.next != "" && st.trimmed(sh, at.next) {
		return nil, trimmedAccess()
	}
	out := &getRecordsOutput{Records: []wireRecord{}}
	size := 0
	for _, r := range sh.from(at.next) {
		if size += r.SizeBytes; len(out.Records) == limit || size > maxRecordsBytes && len(out.Records) > 0 {
			break
		}
		out.Records = append(out.Records, s.wireRecord(r))
		at.next = following(r.SequenceNumber)
	}
	if sh.end == "" || len(sh.from(at.next)) > 0 {
		at.issued = s.w.Now()
		out.NextShardIterator = at.String()
	}
	return out, nil
}

// shownTime is when a record was made, as clients see it.
func shownTime(r Record) time.Time { return r.Created.Truncate(time.Second) }

func (s *Service) wireRecord(r Record) wireRecord {
	out := wireRecord{
		EventID: r.EventID, EventName: r.EventName, EventVersion: "1.1", EventSource: "aws:dynamodb", AwsRegion: s.w.Region,
		Dynamodb: wireChange{
			ApproximateCreationDateTime: wire.Time(shownTime(r)),
			Keys:                        r.Keys, NewImage: r.NewImage, OldImage: r.OldImage,
			SequenceNumber: r.SequenceNumber, SizeBytes: r.SizeBytes, StreamViewType: r.ViewType,
		},
	}
	if r.Identity != nil {
		out.UserIdentity = &wireIdentity{PrincipalId: r.Identity.PrincipalID, Type: r.Identity.Type}
	}
	return out
}
