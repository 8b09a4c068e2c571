'use strict';
// Loads the addon: the one built here, else that of the package for this platform. Where a platform has two C libraries
// both names are tried, because asking which one it is takes longer than loading the wrong file and being refused.

const PLATFORMS = {
  'linux-x64': ['linux-x64-gnu', 'linux-x64-musl'],
  'linux-arm64': ['linux-arm64-gnu', 'linux-arm64-musl'],
  'darwin-x64': ['darwin-x64'],
  'darwin-arm64': ['darwin-arm64'],
  'win32-x64': ['win32-x64-msvc'],
};

function load() {
  const platform = `${process.platform}-${process.arch}`;
  const failures = [];
  for (const name of PLATFORMS[platform] ?? []) {
    for (const path of [`../presize.${name}.node`, `@presize/${name}`]) {
      try {
        return require(path);
      } catch (error) {
        failures.push(error);
      }
    }
  }
  // One that is there and cannot be loaded (another C library, a damaged file) is not mended by installing it again.
  const tried = failures.find((error) => error.code !== 'MODULE_NOT_FOUND');
  if (tried !== undefined) {
    throw new Error(`presize cannot load its addon for ${platform}: ${tried.message}`, { cause: tried });
  }
  const reason = failures.length === 0 ? 'there is none for it' : 'install presize without --omit=optional';
  throw new Error(`presize has no addon for ${platform}: ${reason}`, { cause: failures[0] });
}

module.exports = load();
