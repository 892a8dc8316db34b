import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { runCommandLine } from '../command/command-line.ts';
import type { TextInput } from '../view/text-input.ts';
import { fakePipe, type FakeOutput } from './fake-terminal.ts';
import { T0 } from './sample-goal.ts';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Given {
  /** As `BATON_URL` has it; by itself one where nothing listens. */
  readonly url?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: TextInput;
  readonly stdout?: FakeOutput;
  readonly stderr?: FakeOutput;
  readonly signal?: AbortSignal;
  readonly now?: () => number;
}

/** Runs `baton` in this process, a minute after T0 unless `now` is given. */
export async function baton(args: readonly string[], given: Given = {}): Promise<CommandResult> {
  const { url = 'http://127.0.0.1:9', stdout = fakePipe(), stderr = fakePipe() } = given;
  const exitCode = await runCommandLine(args, {
    environment: { BATON_URL: url, ...given.environment },
    stdin: given.stdin ?? fakeInput(''),
    stdout,
    stderr,
    signal: given.signal ?? new AbortController().signal,
    now: given.now ?? (() => T0 + 60_000),
  });
  return { exitCode, stdout: stdout.written(), stderr: stderr.written() };
}

/** A pipe that holds this text. */
export function fakeInput(text: string): TextInput {
  return {
    isTerminal: false,
    text: () => Promise.resolve(text),
    line: () => Promise.reject(new Error('nobody sits at a pipe')),
    keys: () => {
      throw new Error('a pipe has no keys');
    },
  };
}

/** Somebody who answers with these lines, and then ends the input. */
export function fakeKeyboard(...lines: readonly string[]): TextInput {
  const left = [...lines];
  return {
    isTerminal: true,
    text: () => Promise.reject(new Error('nobody types a whole file')),
    line: () => Promise.resolve(left.shift() ?? null),
    keys: () => {
      throw new Error('these are lines');
    },
  };
}

export interface FakeKeys extends TextInput {
  /** True while somebody listens. */
  readonly isHeard: () => boolean;
  press(key: string): void;
}

/** Somebody who presses single keys. */
export function fakeKeys(): FakeKeys {
  let heard: ((key: string) => void) | null = null;
  return {
    ...fakeKeyboard(),
    isHeard: () => heard !== null,
    press: (key) => heard?.(key),
    keys(listener) {
      heard = listener;
      return () => (heard = null);
    },
  };
}

/** A file of this text, gone after the test. */
export async function givenFile(name: string, text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'baton-client-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}
