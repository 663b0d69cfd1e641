package dynamodb

import (
	"maps"
	"slices"
	"unicode/utf8"
)

type tag struct{ Key, Value string }

// maxTags is how many tags a table may have.
const maxTags = 50

type tagInput struct {
	ResourceArn string
	Tags        []tag
}

type untagInput struct {
	ResourceArn string
	TagKeys     []string
}

// nothing is the answer of operations that answer nothing.
type nothing struct{}

func (s *Service) tagResource(in *tagInput) (*nothing, error) {
	if len(in.Tags) == 0 {
		return nil, validation("Atleast one Tag needs to be provided as Input.")
	}
	t, err := s.tagged(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	tags := maps.Clone(t.config.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	for _, one := range in.Tags {
		if one.Key == "" || utf8.RuneCountInString(one.Key) > 128 || utf8.RuneCountInString(one.Value) > 256 {
			return nil, constraint(one.Key, "tags", "Member must have a key of length between 1 and 128 and a value of length between 0 and 256")
		}
		tags[one.Key] = one.Value
	}
	if len(tags) > maxTags {
		return nil, validation("The number of tags exceeds the limit of %d", maxTags)
	}
	t.config.Tags = tags
	return &nothing{}, nil
}

func (s *Service) untagResource(in *untagInput) (*nothing, error) {
	if len(in.TagKeys) == 0 {
		return nil, validation("Atleast one Tag Key needs to be provided as Input.")
	}
	t, err := s.tagged(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	tags := maps.Clone(t.config.Tags)
	for _, key := range in.TagKeys {
		delete(tags, key)
	}
	t.config.Tags = tags
	return &nothing{}, nil
}

// tagged finds a table by the ARN that the tag operations take.
func (s *Service) tagged(arn string) (*Table, error) {
	t := s.tables[tableName(arn)]
	if t == nil || t.arn != arn {
		return nil, notFound("Requested resource not found: ResourcArn: %s not found", arn)
	}
	return t, nil
}

type listTagsInput struct{ ResourceArn, NextToken string }

type listTagsOutput struct{ Tags []tag }

func (s *Service) listTags(in *listTagsInput) (*listTagsOutput, error) {
	t, err := s.tagged(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	out := &listTagsOutput{Tags: []tag{}}
	for _, key := range slices.Sorted(maps.Keys(t.config.Tags)) {
		out.Tags = append(out.Tags, tag{key, t.config.Tags[key]})
	}
	return out, nil
}
