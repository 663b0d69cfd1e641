// Package env reads the variables that the stack sets for a function.
package env

import (
	"fmt"
	"os"
)

// Required is the value of an environment variable. The error names the variable
// where it is missing or empty.
func Required(name string) (string, error) {
	if v := os.Getenv(name); v != "" {
		return v, nil
	}
	return "", fmt.Errorf("the environment variable %s is required", name)
}
