package oracle

import "strings"

// A key has two registers. The stated one is named like the key, and the inferred one
// with this before it: no key has a space.
const inferredPrefix = "inferred "

// Inferred names the register of what was inferred under a key.
func Inferred(key string) string { return inferredPrefix + key }

// keyOf returns the key of a register, and whether it is the inferred one.
func keyOf(register string) (key string, inferred bool) {
	key, inferred = strings.CutPrefix(register, inferredPrefix)
	return key, inferred
}

func bare(register string) (key string) {
	key, _ = keyOf(register)
	return key
}

// register returns the register that a change writes under a key.
func (c *Change) register(key string) string {
	if c.Inferred {
		return Inferred(key)
	}
	return key
}

// shown returns the register whose value a reader sees under a key: what was stated, or
// else what was inferred after the last that was stated or unset. It returns "" if a
// reader sees nothing.
func (i *Image) shown(key string) (register string) {
	if i == nil {
		return ""
	}
	counts := func(e Entry) bool { return e.Stamp != "" && e.Stamp >= i.Cleared }
	stated, inferred := i.Entries[key], i.Entries[Inferred(key)]
	switch {
	case counts(stated) && stated.Value != "":
		return key
	case !counts(inferred) || inferred.Value == "":
		return ""
	case counts(stated) && stated.Stamp >= inferred.Stamp:
		return ""
	}
	return Inferred(key)
}

// dead tells whether an entry is an inference that is not later than what was stated
// under its key, or unset. Its value counts for nothing.
func (i *Image) dead(register string) bool {
	key, inferred := keyOf(register)
	stated := i.Entries[key].Stamp
	return inferred && stated != "" && stated >= i.Cleared && i.Entries[register].Stamp <= stated
}

// inferredKeys lists the keys whose visible value was inferred.
func (i *Image) inferredKeys() []string {
	keys := []string{}
	for _, key := range sorted(i.visible()) {
		if i.shown(key) != key {
			keys = append(keys, key)
		}
	}
	return keys
}

// overruled keeps what the person stated or unset, and looks for an inference from
// before that which a reader sees.
func (l *Log) overruled(u *user, image *Image) {
	for _, register := range sorted(image.Entries) {
		key, inferred := keyOf(register)
		if e := image.Entries[register]; !inferred {
			u.said[key] = max(u.said[key], e.Stamp)
		} else if image.shown(key) == register && e.Stamp <= u.said[key] {
			l.broken(G3, "%s of %s is inferred with the stamp %s, and the person said otherwise at %s", key, u.id, e.Stamp, u.said[key])
		}
	}
}

// deadForGood looks for the values of dead inferences in the item. Whoever stored the
// later of the two removed the value before it acknowledged; if it never did, its change
// is a dead letter.
func (l *Log) deadForGood(u *user, stored *Image) {
	if stored == nil {
		return
	}
	settled := func(stamp string) bool {
		k := l.changes[identity(u.id, stamp)]
		return k != nil && (k.accepted && k.began >= u.deletedAt || !l.inLetters(k.bodies))
	}
	for _, register := range sorted(stored.Entries) {
		e := stored.Entries[register]
		if key, _ := keyOf(register); e.Value != "" && stored.dead(register) && settled(e.Stamp) && settled(stored.Entries[key].Stamp) {
			l.broken(G3, "the inferred value of %s still lies in the item of %s with the stamp %s, and the person said otherwise at %s", key, u.id, e.Stamp, stored.Entries[key].Stamp)
		}
	}
}
