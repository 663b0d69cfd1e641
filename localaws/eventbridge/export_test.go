package eventbridge

// SetRoom bounds what an archive keeps, in bytes.
func (s *Service) SetRoom(bytes int) { s.room = bytes }
