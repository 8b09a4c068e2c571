'use strict';
// Loads the addon: one that was built here, otherwise that of the package for this platform. On Linux the builds for glibc and
// for musl are tried in turn, because finding out which C library is in use takes longer than a failed load.

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
  // If the file exists and cannot be loaded (wrong C library, damaged file), installing the package again would not help.
  const tried = failures.find((error) => error.code !== 'MODULE_NOT_FOUND');
  if (tried !== undefined) {
    throw new Error(`presize cannot load its addon for ${platform}: ${tried.message}`, { cause: tried });
  }
  const reason = failures.length === 0 ? 'there is none for it' : 'install presize without --omit=optional';
  throw new Error(`presize has no addon for ${platform}: ${reason}`, { cause: failures[0] });
}

module.exports = load();
