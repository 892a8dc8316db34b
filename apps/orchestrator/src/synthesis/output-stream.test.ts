import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openHeldStream, openOutputStream } from './output-stream.ts';

describe('the output stream', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function record() {
    const deltas: unknown[] = [];
    const stream = openOutputStream(async ({ data }) => {
      deltas.push(data);
    });
    return { deltas, stream };
  }

  it('joins what comes at once, and counts characters', async () => {
    const { deltas, stream } = record();
    stream.write('To');
    stream.write('kens ');
    await vi.advanceTimersByTimeAsync(100);
    stream.write('flow');
    await stream.end();
    expect(deltas).toEqual([
      { text: 'Tokens ', offset: 0 },
      { text: 'flow', offset: 7 },
    ]);
  });

  it('counts from the beginning again after a restart', async () => {
    const { deltas, stream } = record();
    stream.write('void');
    await vi.advanceTimersByTimeAsync(100);
    stream.write('held');
    stream.restart();
    stream.write('anew');
    await stream.end();
    expect(deltas).toEqual([
      { text: 'void', offset: 0 },
      { text: 'anew', offset: 0 },
    ]);
  });

  it('tells at its end that a piece could not be written', async () => {
    const stream = openOutputStream(() => Promise.reject(new Error('no Redis')));
    stream.write('lost');
    await vi.advanceTimersByTimeAsync(100);
    await expect(stream.end()).rejects.toThrow('no Redis');
  });
});

it('holds an answer that comes as a whole until it is final', async () => {
  const deltas: unknown[] = [];
  const stream = openHeldStream(async ({ data }) => {
    deltas.push(data);
  });
  stream.write('A first ');
  stream.write('draft.');
  stream.restart();
  stream.write('The answer.');
  expect(deltas).toEqual([]);
  await stream.end();
  expect(deltas).toEqual([{ text: 'The answer.', offset: 0 }]);
});
