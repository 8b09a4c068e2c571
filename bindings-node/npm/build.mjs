// Builds the addon for this machine: `node npm/build.mjs [profile] [--pack folder | --into node_modules]`. The profile is
// `distribution`, as what is published, unless another one is named. With `--pack` the package and that of this platform are
// packed into a folder; with `--into` their files replace those of an installation.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const { values, positionals } = parseArgs({ allowPositionals: true, options: { pack: { type: 'string' }, into: { type: 'string' } } });
const [profile = 'distribution'] = positionals;

/** The name of this platform, as `lib/native.js` has it. */
function platform() {
  const { platform: system, arch } = process;
  if (system === 'win32') return `${system}-${arch}-msvc`;
  if (system !== 'linux') return `${system}-${arch}`;
  const isGlibc = process.report.getReport().header.glibcVersionRuntime !== undefined;
  return `${system}-${arch}-${isGlibc ? 'gnu' : 'musl'}`;
}

/** The library that cargo says it has made. */
function build() {
  const options = ['--locked', '--package', 'presize-node', '--profile', profile, '--message-format', 'json-render-diagnostics'];
  const cargo = process.env.CARGO ?? 'cargo';
  const shown = execFileSync(cargo, ['build', '--quiet', ...options], {
    cwd: here,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const messages = shown.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const artifact = messages.find(({ reason, target }) => reason === 'compiler-artifact' && target.name === 'presize_node');
  return artifact.filenames.find((name) => /\.(so|dylib|dll)$/.test(name));
}

function pack(folder, from) {
  for (const licence of ['LICENSE-APACHE', 'LICENSE-MIT']) copyFileSync(join(here, '..', licence), join(from, licence));
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = ['--json', '--ignore-scripts', '--loglevel', 'error', '--pack-destination', folder];
  const shown = execFileSync(npm, ['pack', ...options], {
    cwd: from,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const packed = JSON.parse(shown);
  // npm 11 gives a list, later versions an object by name.
  return join(folder, Object.values(packed)[0].filename);
}

/** The files that a package names, as they are. */
function replace(from, to) {
  const { files } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  rmSync(to, { recursive: true, force: true });
  for (const file of ['package.json', ...files]) cpSync(join(from, file), join(to, file), { recursive: true });
}

const name = platform();
const folder = join(here, 'npm', name);
const addon = `presize.${name}.node`;
const library = build();
copyFileSync(library, join(here, addon));
copyFileSync(library, join(folder, addon));
if (values.pack !== undefined) {
  mkdirSync(values.pack, { recursive: true });
  for (const from of [here, folder]) {
    const tarball = pack(values.pack, from);
    console.log(`   ${tarball}: ${statSync(tarball).size} bytes`);
  }
}
if (values.into !== undefined) {
  replace(here, join(values.into, 'presize'));
  replace(folder, join(values.into, '@presize', name));
}
