package dynamodb

import (
	"slices"
	"strconv"
)

// maxPage is how many bytes of items a Query or Scan looks at per page, before
// its filter.
const maxPage = 1 << 20

// pageInput are the members that Query and Scan share.
type pageInput struct {
	TableName            string
	IndexName            *string
	FilterExpression     *string
	ProjectionExpression *string
	placeholders
	Select                 string
	Limit                  *int
	ExclusiveStartKey      Item
	ConsistentRead         bool
	ReturnConsumedCapacity string
}

type pageOutput struct {
	Items            []Item `json:",omitzero"`
	Count            int
	ScannedCount     int
	LastEvaluatedKey Item      `json:",omitzero"`
	ConsumedCapacity *consumed `json:",omitzero"`
}

func (in *pageInput) check() error {
	if err := first(
		required(in.TableName != "", "tableName"),
		oneOf(in.Select, "select", "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
		checkReturnCapacity(in.ReturnConsumedCapacity),
	); err != nil {
		return err
	}
	if in.Limit != nil && *in.Limit < 1 {
		return constraint(strconv.Itoa(*in.Limit), "limit", "Member must have value greater than or equal to 1")
	}
	if in.IndexName != nil {
		if err := validTableName("indexName", *in.IndexName); err != nil {
			return err
		}
	}
	if p := in.ExclusiveStartKey.Problem(); p != "" {
		return validation("%s: %s", messageStartKey, p)
	}
	return nil
}

// checkSelect checks Select against the projection.
func (in *pageInput) checkSelect() error {
	projected := in.ProjectionExpression != nil
	switch {
	case in.Select == "SPECIFIC_ATTRIBUTES" && !projected:
		return validation("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	case in.Select == "COUNT" && projected:
		return validation("Cannot specify the ProjectionExpression when choosing to get only the Count")
	case in.Select == "ALL_ATTRIBUTES" && projected:
		return validation("Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES")
	case in.Select == "ALL_PROJECTED_ATTRIBUTES" && projected:
		return validation("Cannot specify the ProjectionExpression when choosing to get ALL_PROJECTED_ATTRIBUTES")
	case in.Select == "ALL_PROJECTED_ATTRIBUTES" && in.IndexName == nil:
		return validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
	}
	return nil
}

// view finds the table and the index.
func (s *Service) view(in *pageInput) (view, error) {
	t, err := s.table(in.TableName)
	if err != nil || in.IndexName == nil {
		return view{table: t}, err
	}
	x := t.index(*in.IndexName)
	if x == nil {
		return view{}, validation("The table does not have the specified index: %s", *in.IndexName)
	}
	if in.ConsistentRead {
		return view{}, validation("Consistent reads are not supported on global secondary indexes")
	}
	return view{t, x}, nil
}

// fill reads one page of the rows with from <= position < to.
func (s *Service) fill(operation string, v view, in *pageInput, x *expressions, from, to string, backwards bool) *pageOutput {
	out, size := &pageOutput{}, 0
	v.rows().between(from, to, backwards, func(w *row) bool {
		out.ScannedCount++
		size += w.size
		if x.passes(w.item) {
			out.Count++
			if in.Select != "COUNT" {
				out.Items = append(out.Items, x.project(w.item))
			}
		}
		if size < maxPage && (in.Limit == nil || out.ScannedCount < *in.Limit) {
			return true
		}
		// There is no next page where no key lies between here and the end.
		if ended := !backwards && after(w.key) == to || backwards && w.key == from; !ended {
			out.LastEvaluatedKey = v.keyOf(w.item)
		}
		return false
	})
	if in.Select != "COUNT" && out.Items == nil {
		out.Items = []Item{}
	}
	out.Items = slices.Clip(out.Items)
	units := readUnits(size, in.ConsistentRead)
	u := usage{table: units}
	if v.index != nil {
		u = usage{indexes: map[string]float64{*in.IndexName: units}}
	}
	out.ConsumedCapacity = reportUsage(in.ReturnConsumedCapacity, v.table.config.Name, u)
	s.w.Tell(Request{Operation: operation, Table: v.table.config.Name, ReadUnits: units})
	return out
}
