package filter_test

import (
	"fmt"

	"github.com/bot-preferences/bot-preferences/subscriber/filter"
)

// The pattern of the rule of a skill that keeps a copy of the language.
func ExampleKeys() {
	fmt.Println(filter.Keys("language").Pattern())
	// Output:
	// {"detail":{"$or":[{"changed_keys":["language"]},{"erased":[true]},{"snapshot":[true]}]},"detail-type":["PreferencesUpdated"],"source":["bot-preferences"]} <nil>
}

func ExampleErasures() {
	fmt.Println(filter.Erasures().Pattern())
	// Output:
	// {"detail":{"erased":[true]},"detail-type":["PreferencesUpdated"],"source":["bot-preferences"]} <nil>
}
