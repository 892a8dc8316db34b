const slowAfterMs = 3_000;

/**
 * What the person at the keyboard can act on: printed without a stack.
 * `output` is what the failing program wrote.
 */
export class SetupError extends Error {
  /** @param {string} message @param {{ output?: string, exitCode?: number }} [details] */
  constructor(message, { output = '', exitCode = 1 } = {}) {
    super(message);
    this.name = 'SetupError';
    this.output = output;
    this.exitCode = exitCode;
  }
}

/** @param {string} text one line for people, on stderr */
export function say(text) {
  process.stderr.write(`baton  ${text}\n`);
}

/** @param {number} startedAt as `performance.now()` gave it */
export function since(startedAt) {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

/**
 * Runs one step and says so in one line when it ends; a slow step is also announced while it runs.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const startedAt = performance.now();
  const announcement = setTimeout(() => say(`… ${title}`), slowAfterMs);
  try {
    const result = await work();
    say(`✓ ${title}  ${since(startedAt)}`);
    return result;
  } catch (error) {
    say(`✗ ${title}  ${since(startedAt)}`);
    throw error;
  } finally {
    clearTimeout(announcement);
  }
}

/** @param {unknown} error @returns {number} the exit code */
export function reportFailure(error) {
  if (!(error instanceof SetupError)) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  }
  if (error.output) process.stderr.write(`${error.output.trimEnd()}\n`);
  say(error.message);
  return error.exitCode;
}
