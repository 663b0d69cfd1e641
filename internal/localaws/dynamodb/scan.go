package dynamodb

import (
	"encoding/binary"
	"math/bits"
	"strconv"
)

type scanInput struct {
	pageInput
	Segment       *int
	TotalSegments *int
}

func (s *Service) scan(in *scanInput) (*pageOutput, error) {
	if err := first(in.check(), in.checkSegment()); err != nil {
		return nil, err
	}
	x, err := s.bind(in.placeholders, texts{filter: in.FilterExpression, projection: in.ProjectionExpression}, "FilterExpression")
	if err != nil {
		return nil, err
	}
	if err := in.checkSelect(); err != nil {
		return nil, err
	}
	v, err := s.view(&in.pageInput)
	if err != nil {
		return nil, err
	}
	from, to := in.segment()
	if in.ExclusiveStartKey != nil {
		if err := v.checkStartKey(in.ExclusiveStartKey); err != nil {
			return nil, err
		}
		start := v.position(in.ExclusiveStartKey)
		if start < from || start >= to {
			return nil, validation("%s: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: %d Segment: %d", messageStartKey, *in.TotalSegments, *in.Segment)
		}
		from = after(start)
	}
	if err := first(v.table.checkKeyPaths(x), v.checkProjected(&in.pageInput, x, false)); err != nil {
		return nil, err
	}
	return s.fill("Scan", v, &in.pageInput, x, from, to, false), nil
}

func (in *scanInput) checkSegment() error {
	switch {
	case in.Segment == nil && in.TotalSegments == nil:
		return nil
	case in.TotalSegments == nil:
		return validation("The TotalSegments parameter is required but was not present in the request when Segment parameter is present")
	case in.Segment == nil:
		return validation("The Segment parameter is required but was not present in the request when parameter TotalSegments is present")
	case *in.Segment < 0:
		return constraint(strconv.Itoa(*in.Segment), "segment", "Member must have value greater than or equal to 0")
	case *in.TotalSegments < 1:
		return constraint(strconv.Itoa(*in.TotalSegments), "totalSegments", "Member must have value greater than or equal to 1")
	case *in.TotalSegments > 1000000:
		return constraint(strconv.Itoa(*in.TotalSegments), "totalSegments", "Member must have value less than or equal to 1000000")
	case *in.Segment >= *in.TotalSegments:
		return validation("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: %d is not less than TotalSegments: %d", *in.Segment, *in.TotalSegments)
	}
	return nil
}

// segment is the range of positions of the request's segment: an equal share
// of the hashes.
func (in *scanInput) segment() (from, to string) {
	if in.TotalSegments == nil {
		return "", endOfTable
	}
	return hashShare(*in.Segment, *in.TotalSegments), hashShare(*in.Segment+1, *in.TotalSegments)
}

// hashShare is the first position of share i of n.
func hashShare(i, n int) string {
	if i == n {
		return endOfTable
	}
	quotient, _ := bits.Div64(uint64(i), 0, uint64(n)) // i * 2^64 / n
	return string(binary.BigEndian.AppendUint64(nil, quotient))
}
