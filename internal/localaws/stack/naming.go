package stack

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// The longest names that AWS accepts, in characters. Zero: CloudFormation invents no
// name, and demands one.
const (
	alarmName    = 255
	archiveName  = 48
	bucketName   = 63
	busName      = 0
	functionName = 64
	logGroupName = 512
	policyName   = 128
	queueName    = 80
	registryName = 64
	roleName     = 64
	ruleName     = 64 // connections and API destinations too
	tableName    = 255
	topicName    = 256
	suffixLength = 12
)

// nameOf is a resource's physical name: what the file says, else one as CloudFormation
// invents it.
func (t *template) nameOf(r *resource, property string) string {
	if name, ok := t.names[r.id]; ok {
		return name
	}
	t.names[r.id] = "" // a name that refers to itself ends here, as a missing one
	f := t.properties(r)
	k, _ := kindOf(r.kind)
	var name string
	switch {
	case property == "":
	case f.raw(property) == nil && k.nameLimit > 0:
		name = t.invent(r.id, k)
	default:
		name = f.needText(property, "CloudFormation demands it")
	}
	t.names[r.id] = name
	return name
}

// invent makes <stack>-<logical id>-<suffix>. CloudFormation's suffix is random. This
// one depends on stack and logical id, so that a restarted stack keeps its names. Of a
// name that would be too long the logical id is shortened first, down to half of the
// room, and then the stack's name.
func (t *template) invent(id string, k resourceKind) string {
	stackName, _ := t.pseudo("AWS::StackName")
	sum := sha256.Sum256([]byte(stackName + "/" + id))
	suffix := base32.StdEncoding.EncodeToString(sum[:])[:suffixLength]
	room := k.nameLimit - len(suffix) - len("--")
	if over := len(stackName) + len(id) - room; over > 0 {
		id = id[:max(len(id)-over, min(len(id), room/2))]
		stackName = strings.TrimRight(stackName[:min(len(stackName), room-len(id))], "-")
	}
	name := stackName + "-" + id + "-" + suffix
	if k.lowerCase {
		return strings.ToLower(name)
	}
	return name
}
