package dynamodb

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// iteratorLife is how long a shard iterator can be used.
const iteratorLife = 15 * time.Minute

// An iterator is a position in a shard. It travels as an opaque text.
type iterator struct {
	stream string // ARN
	shard  string
	next   string // least sequence number to read; "" for the oldest there is
	issued time.Time
}

func (i iterator) String() string {
	inner := strings.Join([]string{i.shard, i.next, strconv.FormatInt(i.issued.UnixMilli(), 10)}, "|")
	return i.stream + "|1|" + base64.StdEncoding.EncodeToString([]byte(inner))
}

func parseIterator(text string) (iterator, error) {
	invalid := validation("Invalid ShardIterator")
	stream, rest, _ := strings.Cut(text, "|1|")
	inner, err := base64.StdEncoding.DecodeString(rest)
	if err != nil {
		return iterator{}, invalid
	}
	parts := strings.Split(string(inner), "|")
	if len(parts) != 3 {
		return iterator{}, invalid
	}
	ms, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return iterator{}, invalid
	}
	return iterator{stream: stream, shard: parts[0], next: parts[1], issued: time.UnixMilli(ms)}, nil
}

type shardIteratorInput struct {
	StreamArn, ShardId, ShardIteratorType, SequenceNumber string
	Timestamp                                             *wire.Time
}

type shardIteratorOutput struct{ ShardIterator string }

func (s *Service) getShardIterator(in *shardIteratorInput) (*shardIteratorOutput, error) {
	if err := oneOf(in.ShardIteratorType, "shardIteratorType", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"); err != nil {
		return nil, err
	}
	if (in.Timestamp != nil) != (in.ShardIteratorType == "AT_TIMESTAMP") {
		return nil, validation("Timestamp must be given for the shard iterator type AT_TIMESTAMP, and for no other")
	}
	if err := checkShardID("shardId", in.ShardId); err != nil {
		return nil, err
	}
	st, sh, err := s.findShard(in.StreamArn, in.ShardId)
	if err != nil {
		return nil, err
	}
	var next string
	if in.Timestamp != nil {
		next, err = st.since(sh, time.Time(*in.Timestamp))
	} else {
		next, err = st.start(sh, in.ShardIteratorType, in.SequenceNumber)
	}
	if err != nil {
		return nil, err
	}
	return &shardIteratorOutput{iterator{in.StreamArn, sh.id, next, s.w.Now()}.String()}, nil
}

// start is the least sequence number that an iterator of the type reads.
func (st *Stream) start(sh *shard, kind, number string) (string, error) {
	switch kind {
	case "TRIM_HORIZON", "LATEST":
		if number != "" {
			return "", validation("SequenceNumber should not be passed for this iterator type")
		}
		if kind == "LATEST" {
			return sequence(st.lastRecord + 1), nil
		}
		return "", nil
	case "":
		return "", constraint("null", "shardIteratorType", "Member must not be null")
	}
	if number == "" {
		return "", validation("SequenceNumber cannot be null")
	}
	if !isSequence(number) || number > sequence(st.lastRecord) && number > sh.start {
		return "", validation("Invalid SequenceNumber")
	}
	if st.trim(); st.trimmed(sh, number) {
		return "", trimmedAccess()
	}
	if kind == "AFTER_SEQUENCE_NUMBER" {
		return following(number), nil
	}
	return number, nil
}

// since is the number of the first record made at the given time or later.
func (st *Stream) since(sh *shard, at time.Time) (string, error) {
	if at.After(st.w.Now()) {
		return "", validation("Timestamp must not be in the future")
	}
	st.trim()
	for _, r := range sh.records {
		if !shownTime(r).Before(at) {
			return r.SequenceNumber, nil
		}
	}
	return sequence(st.lastRecord + 1), nil
}

func trimmedAccess() *wire.Error {
	return wire.Errorf("TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard.")
}

func (s *Service) findShard(arn, id string) (*Stream, *shard, error) {
	st, err := s.streamByARN(arn)
	if err != nil {
		return nil, nil, err
	}
	for _, sh := range st.shards {
		if sh.id == id {
			return st, sh, nil
		}
	}
	return nil, nil, notFound("Requested resource not found: Shard: %s in Stream: %s not found", id, arn)
}

func isSequence(number string) bool {
	_, err := strconv.ParseUint(number[min(1, len(number)):], 10, 64)
	return err == nil && len(number) == len(sequence(0)) && number[0] == '1'
}

// following is the sequence number after the given one.
func following(number string) string {
	n, _ := strconv.ParseUint(number[1:], 10, 64)
	return sequence(n + 1)
}
