// Formats a number of bytes for people.

const UNITS = ['KB', 'MB', 'GB', 'TB'];

export function formatFileSize(bytes) {
  if (!Number.isFinite(bytes) || bytes < 0) return '';
  if (bytes < 1024) return bytes === 1 ? '1 byte' : `${Math.round(bytes)} bytes`;
  let size = bytes / 1024;
  let unit = 0;
  // 1024 of a unit is shown as 1 of the next one.
  while (Math.round(size * 10) / 10 >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${Math.round(size * 10) / 10} ${UNITS[unit]}`;
}
