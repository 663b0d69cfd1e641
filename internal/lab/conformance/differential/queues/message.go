package queues

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// message is one to send. Its label, the first word of its body, names it.
type message struct {
	label string
	body  string
	delay int // seconds; 0: the queue's
	trace string
	group string

	attributes map[string]types.MessageAttributeValue
}

func (m message) String() string {
	s := fmt.Sprintf("%q", m.body)
	if m.delay > 0 {
		s += fmt.Sprintf(" after %d s", m.delay)
	}
	if len(m.attributes) > 0 {
		s += " with " + strings.Join(show(m.attributes), ", ")
	}
	return s
}

// messages draws up to n messages, fewer where the history has had enough: what
// is in the queue at once bounds the time that a round takes.
func (g *generator) messages(n int) []message {
	var list []message
	for range min(n, maxMessages-g.sent) {
		m := message{label: fmt.Sprintf("m%02d", g.sent), delay: pick(g, 0, 0, 0, 0, 1, 3)}
		m.body = m.label + pick(g, "", "", " ", "\n\t", " Grüße", " 世界", " 𝄞", ` {"a":"b\u0000"}`, " <&>'\"", strings.Repeat(" x", 1+g.IntN(500)))
		if g.IntN(3) == 0 {
			m.attributes = g.attributes()
		}
		if g.IntN(6) == 0 {
			m.trace = "Root=1-5759e988-bd862e3fe1be46a994272793"
		}
		if g.IntN(6) == 0 {
			m.group = "tenant-" + pick(g, "1", "2")
		}
		g.sent++
		list = append(list, m)
	}
	return list
}

// attributes draws some. No name is part of another: ElasticMQ searches for the
// name in what was asked for.
func (g *generator) attributes() map[string]types.MessageAttributeValue {
	all := map[string]types.MessageAttributeValue{}
	for _, name := range []string{"colour", "Size", "x.y-z_0"} {
		label := pick(g, "", "", ".a", ".b.c")
		switch g.IntN(5) {
		case 0:
			all[name] = types.MessageAttributeValue{DataType: aws.String("Number" + label), StringValue: aws.String(pick(g, "0", "-1.50", "007", "1e10"))}
		case 1:
			all[name] = types.MessageAttributeValue{DataType: aws.String("Binary" + label), BinaryValue: []byte{0, byte(g.IntN(256)), 255}}
		case 2:
		default:
			all[name] = types.MessageAttributeValue{DataType: aws.String("String" + label), StringValue: aws.String(pick(g, "red", "grün", " ", "a\r\nb", "🦆"))}
		}
	}
	return all
}
