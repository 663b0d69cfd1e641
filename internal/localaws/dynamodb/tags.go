package dynamodb

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tag struct {
	Key   string
	Value *string // required, may be empty
}

// Limits of tags, in characters.
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

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
		return nil, validation("at least one tag is required")
	}
	t, err := s.tagged(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	tags, err := withTags(t.config.Tags, in.Tags)
	if err != nil {
		return nil, err
	}
	t.config.Tags = tags
	return &nothing{}, nil
}

// withTags returns the tags with others added or replaced.
func withTags(tags map[string]string, others []tag) (map[string]string, error) {
	out, own := map[string]string{}, 0
	maps.Copy(out, tags)
	for _, one := range others {
		if err := one.check(); err != nil {
			return nil, err
		}
		out[one.Key] = *one.Value
	}
	for key := range out {
		if !reservedTag(key) { // those do not count
			own++
		}
	}
	if own > maxTags {
		return nil, validation("a table has at most %d tags", maxTags)
	}
	return out, nil
}

// checkTags checks tags that a table is made with. AWS itself may have given some.
func checkTags(tags map[string]string) error {
	for key, value := range tags {
		if err := (tag{key, &value}).check(); err != nil && !reservedTag(key) {
			return err
		}
	}
	return nil
}

func (t tag) check() error {
	switch {
	case t.Value == nil:
		return required(false, "tags.member.value")
	case !tagText(t.Key, maxTagKey) || t.Key == "":
		return constraint(t.Key, "tags.member.key", "Member must have 1 to %d letters, digits, spaces and _.:/=+-@", maxTagKey)
	case !tagText(*t.Value, maxTagValue):
		return constraint(*t.Value, "tags.member.value", "Member must have up to %d letters, digits, spaces and _.:/=+-@", maxTagValue)
	case reservedTag(t.Key):
		return validation("tag keys that begin with aws: are reserved: %s", t.Key)
	}
	return nil
}

// tagText tells whether a tag may have the text. Letters, digits and spaces are those of
// all scripts.
func tagText(text string, limit int) bool {
	return utf8.RuneCountInString(text) <= limit && !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSpace(r) && !strings.ContainsRune("_.:/=+-@", r)
	})
}

// reservedTag tells whether only AWS itself can give a tag of this key.
func reservedTag(key string) bool { return strings.HasPrefix(strings.ToLower(key), "aws:") }

func (s *Service) untagResource(in *untagInput) (*nothing, error) {
	if len(in.TagKeys) == 0 {
		return nil, validation("at least one tag key is required")
	}
	t, err := s.tagged(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(in.TagKeys, reservedTag) {
		return nil, validation("tag keys that begin with aws: are reserved")
	}
	tags := maps.Clone(t.config.Tags)
	for _, key := range in.TagKeys {
		delete(tags, key)
	}
	t.config.Tags = tags
	return &nothing{}, nil
}

// tagged finds a table by the ARN that the tag operations take. Which code DynamoDB
// answers depends on the first part of the ARN that is wrong.
func (s *Service) tagged(arn string) (*Table, error) {
	r, ok := parseARN(arn)
	switch {
	case !ok:
		return nil, validation("%s is not an ARN", arn)
	case r.service != "dynamodb":
		return nil, denied(arn)
	case !r.isTable():
		return nil, validation("%s is not the ARN of a table", arn)
	}
	if err := s.reach(r, arn); err != nil {
		return nil, err
	}
	t := s.tables[r.path[1]]
	if t == nil {
		return nil, notFound("Requested resource not found: %s", arn)
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
		value := t.config.Tags[key]
		out.Tags = append(out.Tags, tag{key, &value})
	}
	return out, nil
}
