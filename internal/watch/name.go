package watch

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Prefix begins the names of all temporary rules and queues.
const Prefix = "botprefs-watch-"

// A Name is that of a temporary rule and of its queue.
type Name struct {
	Expires time.Time // whole seconds; nobody may use it any longer than that
	Host    string    // of the owner, hashed: 8 hexadecimal digits
	PID     int       // of the owner
}

// NameFor makes a name for a process of the host with this name.
func NameFor(expires time.Time, hostname string, pid int) Name {
	return Name{expires.Truncate(time.Second), hashed(hostname), pid}
}

// hashed keeps the name of a person's machine out of the account's resources.
func hashed(hostname string) string {
	sum := sha256.Sum256([]byte(hostname))
	return hex.EncodeToString(sum[:4])
}

// String is botprefs-watch-<expiry, seconds since 1970, in base 36>-<host>-<pid>: less
// than the 64 characters that a rule's name may have.
func (n Name) String() string {
	return fmt.Sprintf("%s%s-%s-%d", Prefix, strconv.FormatInt(n.Expires.Unix(), 36), n.Host, n.PID)
}

var form = regexp.MustCompile(`^` + Prefix + `([0-9a-z]{1,9})-([0-9a-f]{8})-([0-9]{1,9})$`)

// ParseName reads what String writes. ok is false for any other text.
func ParseName(text string) (n Name, ok bool) {
	found := form.FindStringSubmatch(text)
	if found == nil {
		return n, false
	}
	seconds, err := strconv.ParseInt(found[1], 36, 64)
	if err != nil {
		return n, false
	}
	pid, err := strconv.Atoi(found[3])
	return Name{time.Unix(seconds, 0), found[2], pid}, err == nil
}

// Abandoned tells whether the owner is gone, as far as can be known on the host with this
// name. alive tells whether a process of this host runs.
func (n Name) Abandoned(now time.Time, hostname string, alive func(pid int) bool) bool {
	return now.After(n.Expires) || n.Host == hashed(hostname) && !alive(n.PID)
}
