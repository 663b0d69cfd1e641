package apigateway

import "time"

// Asked reports that a function was invoked for a request.
type Asked struct{ Function string } // its name

// Answered reports that a function answered a request, or failed to.
type Answered struct {
	Function string        // its name
	Duration time.Duration // of the function, by the World's clock
	Bytes    int           // of the request's or the answer's body, whichever is larger
	Status   int           // of the answer
	Err      error         // of the function; nil if it answered
}
