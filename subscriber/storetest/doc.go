// Package storetest is what every subscriber.Store has to hold: one suite, run
// against the stores of this project and against those that others write.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(storetest.T) subscriber.Store { return newStore() })
//	}
package storetest
