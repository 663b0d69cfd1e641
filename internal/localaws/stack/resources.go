package stack

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
)

// stackID is the ARN of the stack. AWS makes up the UUID at its end anew with each
// stack. This one stays, so that what depends on it is the same after a restart.
func (t *template) stackID() string {
	name := t.Service + "-" + t.Stage
	return t.arn("cloudformation", "stack/"+name+"/"+t.madeUpID(""))
}

// madeUpID is a UUID that depends on the stack and the logical id alone.
func (t *template) madeUpID(logicalID string) string {
	sum := sha256.Sum256([]byte(t.Account + "/" + t.Region + "/" + t.Service + "-" + t.Stage + "/" + logicalID))
	text := hex.EncodeToString(sum[:16])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}

// notLogical is what a logical id cannot have. Some resources that osls makes have a path
// for an id here.
var notLogical = regexp.MustCompile(`[^A-Za-z0-9]`)

// listResources lists all resources, also those that localaws does not use.
func (t *template) listResources() []Resource {
	var list []Resource
	for _, id := range t.ids() {
		r := t.resources[id]
		list = append(list, Resource{LogicalID: notLogical.ReplaceAllString(id, ""), Type: r.kind, PhysicalID: t.physicalID(r)})
	}
	return list
}

// physicalID is a resource's Ref. AWS makes up the Ref of many types, and nothing here
// may depend on it.
func (t *template) physicalID(r *resource) string {
	k, _ := kindOf(r.kind)
	switch {
	case k.ref != nil && k.nameProperty != "":
		return k.ref(t, r, t.nameOf(r, k.nameProperty))
	case k.nameProperty != "":
		return t.nameOf(r, k.nameProperty)
	}
	return t.madeUpID(r.id)
}
