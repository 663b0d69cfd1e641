package queues_test

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

type values = map[string]types.MessageAttributeValue

// digest is MD5OfMessageAttributes as the developer guide of SQS defines it. The
// attributes are sorted by name. Each is its name, data type, a byte for the transport
// type and the value. Texts and values follow their length.
func digest(attributes values) string {
	var b []byte
	put := func(s string) { b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...) }
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		put(name)
		put(*a.DataType)
		if a.BinaryValue != nil {
			b = append(b, 2)
			put(string(a.BinaryValue))
		} else {
			b = append(b, 1)
			put(*a.StringValue)
		}
	}
	return hexMD5(b)
}

// flat is what can be compared of attributes.
func flat(attributes values) map[string]string {
	all := map[string]string{}
	for name, a := range attributes {
		all[name] = aws.ToString(a.DataType) + " " + aws.ToString(a.StringValue) + string(a.BinaryValue)
	}
	return all
}

// carried checks that attributes arrive unchanged, with their checksum.
func carried(s *scene, attributes values) {
	q := s.queue()
	sent := q.send("m", with(attributes))
	equal(s, "MD5OfMessageAttributes of the sent message", digest(attributes), aws.ToString(sent.MD5OfMessageAttributes))
	m := q.one()
	equal(s, "attributes", flat(attributes), flat(m.MessageAttributes))
	equal(s, "MD5OfMessageAttributes of the received message", digest(attributes), aws.ToString(m.MD5OfMessageAttributes))
}

// uncarried checks that each of the attributes is refused on its own.
func uncarried(code string, attributes ...types.MessageAttributeValue) func(*scene) {
	return func(s *scene) {
		q := s.queue()
		for _, a := range attributes {
			_, err := q.trySend("m", with(values{"name": a}))
			s.refused(code, err)
		}
		q.none()
	}
}

var messageAttributes = []conformance.Case{
	scenario("message attributes/texts, numbers and bytes", func(s *scene) {
		carried(s, values{"text": text("Grüße"), "number": typed("Number", "-12.50"), "bytes": binaryValue("Binary", 0, 1, 255)})
	}),
	scenario("message attributes/types with labels", func(s *scene) {
		carried(s, values{"a": typed("String.json", "{}"), "b": typed("Number.int", "1"), "c": binaryValue("Binary.png", 1)})
	}),
	scenario("message attributes/names are sorted in the checksum", func(s *scene) {
		carried(s, values{"b": text("1"), "a": text("2"), "B": text("3"), "a.b": text("4"), "a-b": text("5"), "a_b": text("6")})
	}),
	scenario("message attributes/numbers keep their text", func(s *scene) {
		carried(s, values{"a": typed("Number", "1.0"), "b": typed("Number", "007"), "c": typed("Number", "1e126"), "d": typed("Number", "-1E-128")})
	}),
	scenario("message attributes/ten are taken", func(s *scene) { carried(s, many(10)) }),
	scenario("message attributes/eleven are refused", func(s *scene) {
		_, err := s.queue().trySend("m", with(many(11)))
		s.refused(badParameter, err)
	}),
	scenario("message attributes/no attributes, no checksum", func(s *scene) {
		q := s.queue()
		equal(s, "MD5OfMessageAttributes", "", aws.ToString(q.send("m").MD5OfMessageAttributes))
		equal(s, "MD5OfMessageAttributes", "", aws.ToString(q.one().MD5OfMessageAttributes))
	}),
	scenario("message attributes/unknown types are refused", uncarried(badParameter, typed("Text", "a"), typed("string", "a"))),
	scenario("message attributes/a type without a name is refused", uncarried(badParameter, typed("", "a"))),
	scenario("message attributes/empty values are refused", uncarried(badParameter, text(""), typed("Number", ""))),
	scenario("message attributes/what is no number is refused", uncarried(badParameter, typed("Number", "one"), typed("Number", "1,5"), typed("Number", " 1"))),
	scenario("message attributes/numbers over 10 to the power of 126 are refused", uncarried(badParameter, typed("Number", "1e127"))),
	scenario("message attributes/lists are refused, empty ones too", uncarried("AWS.SimpleQueueService.UnsupportedOperation",
		types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String("a"), StringListValues: []string{"b"}},
		types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String("a"), StringListValues: []string{}},
		types.MessageAttributeValue{DataType: aws.String("Binary"), BinaryValue: []byte{1}, BinaryListValues: [][]byte{{2}}},
	)),
	scenario("message attributes/characters that XML lacks are refused", uncarried("InvalidMessageContents", text("a\u0002"))),
	scenario("message attributes/names with other characters are refused", func(s *scene) {
		badNames(s, "a b", "a:b", "ä", "a/b")
	}),
	scenario("message attributes/names with stray periods are refused", func(s *scene) {
		badNames(s, ".a", "a.", "a..b")
	}),
	scenario("message attributes/names of AWS's own are refused", func(s *scene) {
		badNames(s, "AWS.a", "Amazon.a", "aws.a", "amazon.a")
	}),
	scenario("message attributes/names have up to 256 characters", func(s *scene) {
		carried(s, values{strings.Repeat("n", 256): text("a")})
		badNames(s, strings.Repeat("n", 257))
	}),
	scenario("message attributes/the receiver asks for names", func(s *scene) {
		q := s.queue("VisibilityTimeout", "0")
		all := values{"one": text("1"), "two": text("2")}
		q.send("m", with(all))
		m := q.one(choosing("two", "three"))
		equal(s, "names", []string{"two"}, names(m))
		equal(s, "checksum of those", digest(values{"two": all["two"]}), aws.ToString(m.MD5OfMessageAttributes))
		equal(s, "names", []string{}, names(q.one(choosing())))
		equal(s, "names", []string{"one", "two"}, names(q.one(choosing(".*"))))
		equal(s, "names differ by case", []string{}, names(q.one(choosing("TWO"))))
	}),
	scenario("message attributes/the receiver asks for a prefix", func(s *scene) {
		q := s.queue()
		q.send("m", with(values{"bar.a": text("1"), "bar.b": text("2"), "foo": text("3")}))
		equal(s, "names", []string{"bar.a", "bar.b"}, names(q.one(choosing("bar.*"))))
	}),
}

func badNames(s *scene, list ...string) {
	q := s.queue()
	for _, name := range list {
		_, err := q.trySend("m", with(values{name: text("a")}))
		s.refused(badParameter, err)
	}
}
