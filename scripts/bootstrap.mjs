import { join } from 'node:path';
import { build } from './build.mjs';
import { install, isInstalled } from './install.mjs';
import { lock } from './lock.mjs';
import { batonDirectory, isWritable } from './paths.mjs';
import { SetupError, say, step } from './progress.mjs';

const oldest = { major: 20, minor: 19 };

/**
 * Makes this checkout ready to run: the right Node, dependencies, build. Each only if needed; one process at a time.
 * Throws `SetupError` with what to do.
 */
export async function bootstrap() {
  checkNode(process.versions.node);
  if (!isWritable(batonDirectory)) {
    throw new SetupError(
      `${batonDirectory} is not writable for you: make the checkout yours (chown), or clone it where you can write.`,
    );
  }
  const setup = await lock(join(batonDirectory, 'setup.lock'), () =>
    say('another setup of this checkout is running: waiting for it'),
  );
  try {
    if (!isInstalled()) await step('dependencies installed', install);
    await step('built', build);
  } finally {
    setup.release();
  }
}

/** @param {string} version */
export function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return;
  throw new SetupError(
    `Baton needs Node.js ${oldest.major}.${oldest.minor} or later and this is ${version}: install a current one from https://nodejs.org and try again.`,
  );
}
