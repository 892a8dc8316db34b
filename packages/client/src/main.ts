#!/usr/bin/env node
import { createInterface, emitKeypressEvents, type Key } from 'node:readline';
import { text as textOf } from 'node:stream/consumers';
import type { ReadStream, WriteStream } from 'node:tty';
import { runCommandLine } from './command/command-line.ts';
import { Interruption, type InterruptingSignal } from './command/exit-code.ts';
import type { TextInput } from './view/text-input.ts';
import type { TextOutput } from './view/text-output.ts';

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;
const { env } = process;

function textOutput(stream: WriteStream): TextOutput {
  const isTerminal = stream.isTTY && env['TERM'] !== 'dumb';
  return {
    isTerminal,
    color: isTerminal && !env['NO_COLOR'],
    get columns() {
      return isTerminal ? stream.columns || DEFAULT_COLUMNS : Infinity;
    },
    get rows() {
      return isTerminal ? stream.rows || DEFAULT_ROWS : Infinity;
    },
    write: (text) => void stream.write(text),
  };
}

/** Whatever is read of a terminal is read line by line, and nothing is read between lines: an editor may want it. */
function textInput(stream: ReadStream): TextInput {
  return {
    isTerminal: stream.isTTY,
    text: () => textOf(stream),
    async line(signal) {
      signal.throwIfAborted();
      const lines = createInterface({ input: stream, terminal: false });
      try {
        return await new Promise<string | null>((resolve, reject) => {
          lines.once('line', resolve);
          lines.once('close', () => resolve(null));
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        });
      } finally {
        lines.close();
      }
    },
    keys(listener) {
      const onKey = (_text: string | undefined, key: Key): void => listener(keyName(key));
      emitKeypressEvents(stream);
      stream.setRawMode(true);
      stream.on('keypress', onKey).resume();
      return () => {
        stream.off('keypress', onKey).pause();
        stream.setRawMode(false);
      };
    },
  };
}

function keyName({ name, sequence = '', ctrl, shift }: Key): string {
  const modifiers = `${ctrl ? 'ctrl-' : ''}${shift ? 'shift-' : ''}`;
  return modifiers + (name ?? sequence);
}

const interrupting = new AbortController();
const signals: readonly InterruptingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
for (const signal of signals) process.once(signal, () => interrupting.abort(new Interruption(signal)));
for (const stream of [process.stdout, process.stderr]) {
  // Whoever read this has gone, as `head` does.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCommandLine(process.argv.slice(2), {
  environment: env,
  stdin: textInput(process.stdin),
  stdout: textOutput(process.stdout),
  stderr: textOutput(process.stderr),
  signal: interrupting.signal,
  now: Date.now,
});
