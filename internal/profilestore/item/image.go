package item

import (
	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
)

// An Image is an item, or its key, as a stream record shows it to a Lambda.
type Image = map[string]awsevents.DynamoDBAttributeValue

// ProfileOf reads the profile in an image. No image gives the zero Profile;
// every error is a *MalformedError.
func ProfileOf(image Image) (events.Profile, error) {
	s, err := Decode(FromImage(image))
	return s.Profile, err
}

// UserOf reads the user id alone, of an image or of a record's keys.
func UserOf(image Image) (string, error) { return FromImage(image).User() }

// LateOf reads the stamps of the last write's changes where these were redriven or
// replayed: see the package comment. Else, and where they cannot be read, it is empty.
func LateOf(image Image) []events.Stamp {
	text := fromStream(Late, image[Late]).Text
	stamps := make([]events.Stamp, 0, len(text)/stampLength)
	for ; len(text) >= stampLength; text = text[stampLength:] {
		if s, err := events.ParseStamp(text[:stampLength]); err == nil {
			stamps = append(stamps, s)
		}
	}
	return stamps
}

// RevisionOf reads the revision alone: all that can be said of an image that is
// otherwise unreadable. No image gives 0.
func RevisionOf(image Image) (int64, error) {
	if len(image) == 0 {
		return 0, nil
	}
	return Raw{fromStream(Revision, image[Revision])}.Revision()
}
