package eventbridge

// SetRoom bounds what an archive keeps, in bytes.
func (s *Service) SetRoom(bytes int) { s.archiveLimit = bytes }

// SetCallRoom bounds what waits for an API destination, in bytes.
func (s *Service) SetCallRoom(bytes int) { s.destinationLimit = bytes }

// MaxCalls is how many calls may be out to one API destination.
const MaxCalls = maxCalls
