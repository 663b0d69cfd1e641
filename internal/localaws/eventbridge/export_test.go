package eventbridge

// SetRoom limits the memory of an archive, in bytes.
func (s *Service) SetRoom(bytes int) { s.archiveLimit = bytes }

// SetCallRoom limits the memory of events that wait for an API destination, in bytes.
func (s *Service) SetCallRoom(bytes int) { s.destinationLimit = bytes }

// MaxCalls is how many calls to one API destination may be under way.
const MaxCalls = maxCalls
