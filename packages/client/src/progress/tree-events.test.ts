import { describe, expect, it } from 'vitest';
import type { StreamOptions } from '../client.ts';
import type { EventName, GoalEvent } from '../contract/event.ts';
import { moment } from '../testing/sample-goal.ts';
import { treeEvents } from './tree-events.ts';

function event(goalId: string, id: number, name: EventName, data: object = {}): GoalEvent {
  return { id: String(id), event: name, data: { goalId, at: moment(id), ...data } };
}

const handedOn = (goalId: string, id: number, taskId: string, subGoal: string): GoalEvent =>
  event(goalId, id, 'task.progress', { taskId, subGoal, message: 'handed on' });

type Script = readonly (GoalEvent | Promise<unknown>)[];

/** Streams of what the test says; one without an end waits for its signal. */
function streams(scripts: Readonly<Record<string, Script>>, endless: readonly string[] = []) {
  const opened: string[] = [];
  const open = new Set<string>();
  async function* stream(id: string, { signal, lastEventId }: StreamOptions = {}) {
    opened.push(lastEventId === undefined ? id : `${id} after ${lastEventId}`);
    open.add(id);
    try {
      const script = scripts[id];
      if (!script) throw new Error(`no stream of ${id}`);
      for (const step of script) {
        if (step instanceof Promise) await step;
        else if (lastEventId === undefined || Number(step.id) > Number(lastEventId)) yield step;
      }
      if (!endless.includes(id)) return;
      await new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        if (signal?.aborted) reject(signal.reason as Error);
      });
    } finally {
      open.delete(id);
    }
  }
  return { stream, opened, open };
}

async function collect(all: AsyncIterable<GoalEvent>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { event: name, data } of all) seen.push(`${data.goalId} ${name}`);
  return seen;
}

const signal = new AbortController().signal;

describe('events of a goal and of the goals within it', () => {
  it('come in one stream, those of a goal within before the end of its task', async () => {
    const { stream, open } = streams({
      g: [
        event('g', 1, 'goal.running'),
        handedOn('g', 2, 'a', 's'),
        event('g', 3, 'task.succeeded', { taskId: 'a' }),
        event('g', 4, 'goal.succeeded'),
      ],
      s: [
        event('s', 1, 'goal.running'),
        handedOn('s', 2, 'b', 't'),
        event('s', 3, 'task.succeeded', { taskId: 'b' }),
        event('s', 4, 'goal.succeeded'),
      ],
      t: [event('t', 1, 'goal.running'), event('t', 2, 'goal.succeeded')],
    });
    expect(await collect(treeEvents(stream, 'g', { signal }))).toEqual([
      'g goal.running',
      'g task.progress',
      's goal.running',
      's task.progress',
      't goal.running',
      't goal.succeeded',
      's task.succeeded',
      's goal.succeeded',
      'g task.succeeded',
      'g goal.succeeded',
    ]);
    expect(open.size).toBe(0);
  });

  it('go on after the last one known where a goal within is retried', async () => {
    let endFirst = (): void => undefined;
    const first = new Promise<void>((resolve) => (endFirst = resolve));
    const { stream, opened } = streams({
      g: [
        handedOn('g', 1, 'a', 's'),
        event('g', 2, 'task.failed', { taskId: 'a' }),
        first,
        handedOn('g', 3, 'a', 's'),
        event('g', 4, 'task.succeeded', { taskId: 'a' }),
      ],
      s: [event('s', 1, 'goal.failed')],
    });
    const seen: string[] = [];
    for await (const { event: name } of treeEvents(stream, 'g', { signal })) {
      seen.push(name);
      if (name === 'task.failed') endFirst();
    }
    expect(seen).toEqual(['task.progress', 'goal.failed', 'task.failed', 'task.progress', 'task.succeeded']);
    expect(opened).toEqual(['g', 's', 's after 1']);
  });

  it('end with the goal, whatever a goal within does, and leave no stream open', async () => {
    const { stream, open } = streams(
      {
        g: [
          handedOn('g', 1, 'a', 's'),
          handedOn('g', 2, 'b', 'gone'),
          event('g', 3, 'task.cancelled', { taskId: 'a' }),
          event('g', 4, 'goal.cancelled'),
        ],
        s: [event('s', 1, 'goal.running')],
      },
      ['s'],
    );
    const seen = await collect(treeEvents(stream, 'g', { signal, patienceMs: 1 }));
    expect(seen.at(-1)).toBe('g goal.cancelled');
    expect(seen).toContain('s goal.running');
    expect(open.size).toBe(0);
  });

  it('end at once when their reader leaves, and reject with the reason of an abort', async () => {
    const scripts = { g: [handedOn('g', 1, 'a', 's')], s: [event('s', 1, 'goal.running')] };
    const left = streams(scripts, ['g', 's']);
    for await (const { data } of treeEvents(left.stream, 'g', { signal })) {
      if (data.goalId === 's') break;
    }
    expect(left.open.size).toBe(0);

    const stopped = streams(scripts, ['g', 's']);
    const stopping = new AbortController();
    const reading = (async () => {
      for await (const { data } of treeEvents(stopped.stream, 'g', { signal: stopping.signal })) {
        if (data.goalId === 's') stopping.abort(new Error('enough'));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(stopped.open.size).toBe(0);
  });

  it('fail as the stream of the goal itself does', async () => {
    await expect(collect(treeEvents(streams({}).stream, 'g', { signal }))).rejects.toThrow('no stream of g');
  });

  it('follow no more goals than is decent, neither side by side nor within each other', async () => {
    const wide = Array.from({ length: 30 }, (_, at) => handedOn('g', at + 1, `t${at}`, `s${at}`));
    const scripts = Object.fromEntries(wide.map((_, at) => [`s${at}`, []]));
    const { stream, opened } = streams({ g: wide, ...scripts }, Object.keys(scripts));
    await collect(treeEvents(stream, 'g', { signal }));
    expect(opened).toHaveLength(1 + 8);

    const deep = Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [
        `d${at}`,
        [handedOn(`d${at}`, 1, 'a', `d${at + 1}`), event(`d${at}`, 2, 'task.succeeded', { taskId: 'a' })],
      ]),
    );
    const down = streams(deep);
    await collect(treeEvents(down.stream, 'd0', { signal }));
    expect(down.opened).toEqual(['d0', 'd1', 'd2', 'd3']);
  });
});
