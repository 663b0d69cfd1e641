package tables_test

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// badTags are lists of tags that are refused, by Alternator's tests, which run against
// AWS too (https://github.com/scylladb/scylladb/blob/master/test/alternator/test_tag.py):
// test_too_long_tags_from_creation, test_tag_forbidden_chars, test_empty_tag_key,
// and those of the lengths. The prefix aws: is the developer
// guide's (Tagging restrictions).
var badTags = map[string][]types.Tag{
	"51 tags":                  numberedTags(51),
	"100 tags":                 numberedTags(100),
	"a ! in a key":             {tag("hi!", "dog")},
	"a % in a key":             {tag("d%g", "dog")},
	"a quote in a key":         {tag(`"hello"`, "dog")},
	"a backslash in a key":     {tag(`a\b`, "dog")},
	"a ! in a value":           {tag("dog", "hi!")},
	"a < in a value":           {tag("dog", "<>")},
	"one bad tag among others": {tag("team", "bots"), tag("stage", "d%v")},
	"an empty key":             {tag("", "dog")},
	"a key of 129 characters":  {tag(strings.Repeat("x", 129), "dog")},
	"a value of 257":           {tag("dog", strings.Repeat("x", 257))},
	"a key of AWS's own":       {tag("aws:dog", "x")},
}

func numberedTags(n int) []types.Tag {
	var list []types.Tag
	for i := range n {
		list = append(list, tag(fmt.Sprint("tag", i), fmt.Sprint(i)))
	}
	return list
}

var tagCases = append(cases("tags", "pk:S", map[string]func(t *table){
	// test_tag_key_length_128_allowed, test_tag_value_length_256_allowed,
	// test_tag_resource_unicode, test_empty_tag_value
	"may be long, foreign and empty": func(t *table) {
		key, value := strings.Repeat("א", 128), strings.Repeat("א", 256)
		arn := t.describe().TableArn
		_, err := t.db.TagResource(t.ctx, &dynamodb.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{tag(key, value), tag("+-=._:/", "")}})
		if t.ok("TagResource", err); err == nil {
			t.ok("tags", t.eventuallyTagged("+-=._:/= "+key+"="+value))
		}
	},
	// test_tag_resource_incorrect
	"are at most 50 in all": func(t *table) {
		arn := t.describe().TableArn
		for _, n := range []int{30, 50} {
			_, err := t.db.TagResource(t.ctx, &dynamodb.TagResourceInput{ResourceArn: arn, Tags: numberedTags(n)})
			t.ok(fmt.Sprint(n), err)
			t.ok("tags", t.eventuallyTagged(joined(numberedTags(n))))
		}
		_, err := t.db.TagResource(t.ctx, &dynamodb.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{tag("more", "x")}})
		t.fails("51", invalid, err)
	},
	"that are bad are refused for a table": func(t *table) {
		for what, tags := range badTags {
			_, err := t.db.TagResource(t.ctx, &dynamodb.TagResourceInput{ResourceArn: t.describe().TableArn, Tags: tags})
			t.fails(what, invalid, err)
		}
		t.equal("tags", t.tags(), "")
	},
}), conformance.Case{Name: "tags/that are bad are refused for a new table", Check: without(func(t *table) {
	for what, tags := range badTags {
		in := creation(t.name, "pk:S")
		in.Tags = tags
		_, err := t.db.CreateTable(t.ctx, in)
		t.fails(what, invalid, err)
		_, err = t.db.DescribeTable(t.ctx, &dynamodb.DescribeTableInput{TableName: &t.name})
		t.fails("DescribeTable", notFound, err)
	}
})})

// joined shows tags as table.tags does.
func joined(tags []types.Tag) string {
	var all []string
	for _, one := range tags {
		all = append(all, *one.Key+"="+*one.Value)
	}
	return sorted(strings.Join(all, " "))
}
