package apigateway

import "time"

// Answered reports that a function answered a request, or failed to.
type Answered struct {
	Function string        // its name
	Duration time.Duration // of the function, by the World's clock
	Bytes    int           // of the request's or the answer's body, whichever is larger
}
