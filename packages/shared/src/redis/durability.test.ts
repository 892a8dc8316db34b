import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { NotDurableError, openDurability, type Ack } from './durability.ts';

interface Wait {
  readonly command: readonly unknown[];
  readonly answer: (reply: unknown) => void;
  readonly fail: (error: Error) => void;
}

/** A connection whose WAITs are answered by the test. */
class ScriptedRedis extends EventEmitter {
  status = 'ready';
  readonly waits: Wait[] = [];

  #send(...command: unknown[]): Promise<unknown> {
    return new Promise((answer, fail) => this.waits.push({ command, answer, fail }));
  }

  wait(...args: unknown[]): Promise<unknown> {
    return this.#send('WAIT', ...args);
  }

  call(...command: unknown[]): Promise<unknown> {
    return this.#send(...command);
  }

  /** The newest WAIT, once as many have been sent. */
  async sent(count: number): Promise<Wait> {
    for (let turns = 0; turns < 10 && this.waits.length < count; turns += 1) await turn();
    const newest = this.waits.at(-1);
    if (!newest || this.waits.length !== count) throw new Error(`${this.waits.length} WAITs, not ${count}`);
    return newest;
  }

  /** As ioredis tells it: the state first, then the event. */
  loseSocket(): void {
    this.status = 'close';
    this.emit('close');
  }
}

function open(ack: Ack = 'replica') {
  const redis = new ScriptedRedis();
  const durability = openDurability(redis as unknown as Redis, ack, 700);
  /** Tells how each `settled` has ended so far. */
  const ends: string[] = [];
  const settle = (name: string): Promise<void> => {
    const settled = durability.settled();
    void settled.then(
      () => ends.push(`${name} settled`),
      () => ends.push(`${name} refused`),
    );
    return settled;
  };
  return { redis, ends, settle };
}

describe('a write that must be durable', () => {
  it('needs nothing in memory', async () => {
    const { redis, settle } = open('memory');
    redis.status = 'close';
    await settle('a');
    expect(redis.waits).toHaveLength(0);
  });

  it('waits for one replica, or for the disk', async () => {
    for (const [ack, command, reply] of [
      ['replica', ['WAIT', 1, 700], 1],
      ['disk', ['WAITAOF', 1, 0, 700], [1, 0]],
    ] as const) {
      const { redis, ends, settle } = open(ack);
      const settled = settle('a');
      const wait = await redis.sent(1);
      expect(wait.command).toEqual(command);
      expect(ends).toEqual([]);
      wait.answer(reply);
      await settled;
    }
  });

  it.each([
    ['replica', 0, 'no replica has confirmed it within 700 ms'],
    ['disk', [0, 2], 'not confirmed that it is on its disk within 700 ms'],
  ] as const)('is refused when the %s does not confirm in time', async (ack, reply, said) => {
    const { redis, settle } = open(ack);
    const settled = settle('a');
    (await redis.sent(1)).answer(reply);
    await expect(settled).rejects.toThrow(said);
    await expect(settled).rejects.toBeInstanceOf(NotDurableError);
  });

  it('is refused with the words of Redis when WAIT fails', async () => {
    const { redis, settle } = open('disk');
    const settled = settle('a');
    (await redis.sent(1)).fail(new Error('ERR WAITAOF cannot be used when appendonly is disabled'));
    await expect(settled).rejects.toThrow(/on its disk.*appendonly is disabled/);
    const later = settle('b');
    (await redis.sent(2)).answer([1, 0]);
    await later;
  });
});

describe('writes that are confirmed together', () => {
  it('share one WAIT when they were answered in one turn', async () => {
    const { redis, settle } = open();
    const settled = [settle('a'), Promise.resolve().then(() => settle('b')), settle('c')];
    (await redis.sent(1)).answer(1);
    await Promise.all(settled);
    expect(redis.waits).toHaveLength(1);
  });

  it('never share a WAIT that was sent before they were written', async () => {
    const { redis, ends, settle } = open();
    const first = settle('a');
    const wait = await redis.sent(1);
    const others = [settle('b'), settle('c')];
    wait.answer(1);
    await first;
    const next = await redis.sent(2);
    expect(ends).toEqual(['a settled']);
    next.answer(0);
    await Promise.allSettled(others);
    expect(ends).toEqual(['a settled', 'b refused', 'c refused']);
  });

  it('wait one after the other, never two at a time', async () => {
    const { redis, settle } = open();
    const first = settle('a');
    const wait = await redis.sent(1);
    const second = settle('b');
    await turn();
    await turn();
    expect(redis.waits).toHaveLength(1);
    wait.answer(1);
    await first;
    (await redis.sent(2)).answer(1);
    await second;
  });
});

describe('a socket that is lost', () => {
  it('takes along whoever waits and whoever gathers, whatever the WAIT answers later', async () => {
    const { redis, ends, settle } = open();
    const first = settle('a');
    const wait = await redis.sent(1);
    const second = settle('b');
    redis.loseSocket();
    await Promise.allSettled([first, second]);
    redis.status = 'ready';
    wait.answer(1);
    await turn();
    expect(ends).toEqual(['a refused', 'b refused']);
    expect(redis.waits).toHaveLength(1);
  });

  it('takes along whoever came in the turn before the WAIT was sent', async () => {
    const { redis, ends, settle } = open();
    const settled = settle('a');
    redis.loseSocket();
    redis.status = 'ready';
    await Promise.allSettled([settled]);
    await turn();
    expect(ends).toEqual(['a refused']);
    expect(redis.waits).toHaveLength(0);
  });

  it('is no end: what is written over the next one is confirmed there', async () => {
    const { redis, settle } = open();
    const first = settle('a');
    const wait = await redis.sent(1);
    redis.loseSocket();
    await expect(first).rejects.toThrow('connection to Redis was lost');
    await expect(settle('b')).rejects.toThrow('connection to Redis was lost');
    wait.fail(new Error('Connection is closed.'));
    redis.status = 'ready';
    const later = settle('c');
    (await redis.sent(2)).answer(1);
    await later;
  });
});
