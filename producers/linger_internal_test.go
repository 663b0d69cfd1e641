package producers

import (
	"testing"
	"time"
)

// A timer that has fired may wait for the lock while its parcel is given up and
// another one opened.
func TestAParcelThatWasGivenUpLeavesTheNextOneOpen(t *testing.T) {
	l := Linger(nil, time.Hour)
	gone, next := l.newParcel(), l.newParcel()
	l.open = next
	l.expire(gone)
	if l.open != next || next.cancel != nil {
		t.Error("the next parcel was closed")
	}
	gone.timer.Stop()
	next.timer.Stop()
}
