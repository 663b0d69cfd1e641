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

// routeID is osls's logical id of a route, by its key.
func routeID(key *node) string {
	if key.value == "$default" {
		return "HttpApiRouteDefault"
	}
	var id strings.Builder
	for part := range strings.SplitSeq(key.value, "/") {
		part = strings.ReplaceAll(strings.ToLower(part), "-", "Dash")
		if open, end := strings.IndexByte(part, '{'), strings.LastIndexByte(part, '}'); open >= 0 && open < end {
			part = part[:open] + part[open+1:end] + "Var" + part[end+1:]
		}
		id.WriteString(alphanumeric(part))
	}
	return "HttpApiRoute" + id.String()
}

// alphanumeric leaves out what is neither a letter nor a digit, and begins in upper case.
func alphanumeric(name string) string {
	kept := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, name)
	if kept == "" {
		return ""
	}
	return strings.ToUpper(kept[:1]) + kept[1:]
}
