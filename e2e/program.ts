import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { guardProcess } from '../scripts/guardian.mjs';

export type Environment = Readonly<Record<string, string | undefined>>;

const READY_WITHIN = 40_000;
const EXIT_WITHIN = 20_000;

const repository = new URL('../', import.meta.url);
const paths = {
  orchestrator: 'apps/orchestrator/dist/main.js',
  worker: 'apps/worker/dist/main.js',
  emulator: 'packages/emulator/dist/main.js',
} as const;
export type ProgramName = keyof typeof paths;

/** An exit code, or the signal that ended it. */
type Ending = number | NodeJS.Signals;

/** A program that runs as a process of its own: one of Baton's built ones, unless it has another name. */
export interface Program<Name extends string = ProgramName> {
  readonly name: Name;
  readonly pid: number;
  /** Everything it has printed so far, stdout and stderr as they came. */
  output(): string;
  /** Resolves with the match once it has been printed; rejects when the program ends without. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ending>;
  /** `ended` for a program that is to end by itself; rejects when it takes too long. */
  exit(): Promise<Ending>;
  signal(name: NodeJS.Signals): void;
  /** SIGKILL, unless it has ended; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Nothing of the environment that the tests run in reaches a program, but for what Node itself needs. */
function cleanEnvironment(environment: Environment): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR, ...environment };
}

/** `root`: the folder whose built files are run, when it is not the repository; with a slash at its end. */
export function startProgram(name: ProgramName, environment: Environment, root: URL = repository): Program {
  return startCommand(name, [process.execPath, fileURLToPath(new URL(paths[name], root))], {
    // Few tests have models that their endpoint lists.
    environment: { MODEL_CHECK: 'off', ...environment },
  });
}

/** Any program: `command` is its path, or a name to be found on PATH, and its arguments. */
export function startCommand<Name extends string>(
  name: Name,
  [file, ...given]: readonly [string, ...string[]],
  { environment, folder }: { readonly environment: Environment; readonly folder?: string },
): Program<Name> {
  const child = spawn(file, given, {
    ...(folder !== undefined && { cwd: folder }),
    env: cleanEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`The ${name} could not be started.`);
  const release = guardProcess(pid);
  let output = '';
  const listeners = new Set<() => void>();
  const onOutput = (text: string): void => {
    output += text;
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', onOutput);
  child.stderr.setEncoding('utf8').on('data', onOutput);

  const ended = new Promise<Ending>((resolve) => {
    child.once('close', (code, signal) => {
      release();
      resolve(signal ?? code ?? -1);
    });
  });
  const signal = (signalName: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(pid, signalName);
  };

  /** What `promised` gives, unless the program takes too long over it or, where that matters, ends first. */
  async function within<T>(ms: number, what: string, promised: Promise<T>, mayEnd: boolean): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const fault = new Promise<never>((_resolve, reject) => {
      const fail = (how: string): void => reject(new Error(`The ${name} ${how} ${what}:\n${output}`));
      timer = setTimeout(() => fail('has not'), ms);
      if (!mayEnd) void ended.then((ending) => fail(`ended with ${ending} and has not`));
    });
    fault.catch(() => undefined);
    try {
      return await Promise.race([promised, fault]);
    } finally {
      clearTimeout(timer);
    }
  }

  async function printed(pattern: RegExp): Promise<RegExpExecArray> {
    let listener = (): void => undefined;
    const match = new Promise<RegExpExecArray>((resolve) => {
      listener = () => {
        const found = pattern.exec(output);
        if (found) resolve(found);
      };
    });
    listeners.add(listener);
    listener();
    try {
      return await within(READY_WITHIN, `printed ${pattern}`, match, false);
    } finally {
      listeners.delete(listener);
    }
  }

  return {
    name,
    pid,
    output: () => output,
    printed,
    ended,
    exit: () => within(EXIT_WITHIN, 'ended', ended, true),
    signal,
    async kill() {
      signal('SIGKILL');
      await ended;
    },
  };
}
