'use strict';
// ExifSummary: the fields of an EXIF block that presize reads.

/** The addon leaves out fields without a value; in the summary they are `null`. */
function exifSummaryOf(summary) {
  if (summary === undefined) return null;
  const { make = null, model = null, software = null, takenAt = null, artist = null, copyright = null, hasGps } = summary;
  return Object.freeze({ make, model, software, takenAt, artist, copyright, hasGps });
}

module.exports = { exifSummaryOf };
