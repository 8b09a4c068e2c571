'use strict';
// What an EXIF block says, as callers get it.

/** The addon leaves out what there is none of; here it is `null`. */
function exifSummaryOf(summary) {
  if (summary === undefined) return null;
  const { make = null, model = null, software = null, takenAt = null, artist = null, copyright = null, hasGps } = summary;
  return Object.freeze({ make, model, software, takenAt, artist, copyright, hasGps });
}

module.exports = { exifSummaryOf };
