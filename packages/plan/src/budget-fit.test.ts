import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitToBudget, type PricedTask, type Room } from './budget-fit.ts';
import type { TierForecast } from './forecast.ts';
import { priorities, type Priority } from './plan.ts';
import type { ModelTier } from './worker-type.ts';

function forecast(tier: ModelTier, tokens: number, costUsd: number | null): TierForecast {
  return { tier, tokens, costUsd, seconds: 1, samples: 9, basis: 'history', sure: { tokens, costUsd } };
}

interface Wish {
  readonly needs?: readonly string[];
  readonly priority?: Priority;
  readonly tiers?: PricedTask['tiers'];
}

const balanced: PricedTask['tiers'] = [forecast('balanced', 100, 0.1), forecast('fast', 100, 0.01)];

function task(id: string, { needs = [], priority = 'medium', tiers = balanced }: Wish = {}): PricedTask {
  return { task: { id, dependencies: [...needs], priority }, tiers };
}

const anyRoom: Room = { tokens: null, costUsd: null };

describe('a plan and its budget', () => {
  it('stays as it is where it fits', () => {
    const fit = fitToBudget([task('a'), task('b')], { tokens: 200, costUsd: 0.2 });
    expect(fit).toEqual({
      tierLimits: new Map(),
      leftOut: [],
      need: { tokens: 200, costUsd: 0.2 },
      wanted: { tokens: 200, costUsd: 0.2 },
      fits: true,
    });
  });

  it('takes cheaper tiers for what matters least, and no more of them than it must', () => {
    const tasks = [task('a', { priority: 'high' }), task('b'), task('c', { priority: 'low' })];
    expect(fitToBudget(tasks, { ...anyRoom, costUsd: 0.22 })).toMatchObject({
      tierLimits: new Map([['c', 'fast']]),
      leftOut: [],
      fits: true,
    });
    expect(fitToBudget(tasks, { ...anyRoom, costUsd: 0.13 }).tierLimits).toEqual(
      new Map([
        ['b', 'fast'],
        ['c', 'fast'],
      ]),
    );
  });

  it('takes no cheaper tier where that saves nothing of what is short', () => {
    const fit = fitToBudget([task('a'), task('b', { priority: 'low' })], { ...anyRoom, tokens: 150 });
    expect(fit).toMatchObject({ tierLimits: new Map(), leftOut: ['b'], fits: true });
  });

  it('leaves out what nothing needs, of low priority first, of the same priority the last', () => {
    const tasks = [
      task('source', { priority: 'low' }),
      task('report', { priority: 'high', needs: ['source'] }),
      task('aside'),
      task('another'),
      task('extra', { priority: 'low' }),
    ];
    const leftOut = (tokens: number): readonly string[] => fitToBudget(tasks, { ...anyRoom, tokens }).leftOut;
    expect(leftOut(400)).toEqual(['extra']);
    expect(leftOut(300)).toEqual(['another', 'extra']);
    expect(leftOut(200)).toEqual(['aside', 'another', 'extra']);
    expect(leftOut(100)).toEqual(['report', 'aside', 'another', 'extra']);
  });

  it('keeps one task, though it does not fit', () => {
    expect(fitToBudget([task('a'), task('b')], { ...anyRoom, tokens: 5 })).toMatchObject({
      leftOut: ['b'],
      need: { tokens: 100 },
      fits: false,
    });
  });

  it('gives back what fits beside the rest once something large is left out', () => {
    const large = task('large', { tiers: [forecast('balanced', 900, null)] });
    const tasks = [task('a', { priority: 'high' }), large, task('small')];
    expect(fitToBudget(tasks, { ...anyRoom, tokens: 250 }).leftOut).toEqual(['large']);
  });

  it('has no money for what has no known price, and leaves that out first', () => {
    const local = task('local', { priority: 'high', tiers: [forecast('strong', 10, null)] });
    const priced = task('priced', {
      priority: 'high',
      tiers: [forecast('strong', 10, null), forecast('fast', 10, 0.01)],
    });
    expect(fitToBudget([local, priced, task('c')], { ...anyRoom, costUsd: 1 })).toMatchObject({
      tierLimits: new Map([['priced', 'fast']]),
      leftOut: ['local'],
      fits: true,
    });
  });

  it('holds nothing against a task that is only guessed', () => {
    const guess = { ...forecast('fast', 900, 9), basis: 'prior', sure: { tokens: 10, costUsd: 0 } } as const;
    const fit = fitToBudget([task('a', { tiers: [guess] }), task('b', { tiers: [guess] })], {
      tokens: 100,
      costUsd: 1,
    });
    expect(fit).toMatchObject({ leftOut: [], fits: true, need: { tokens: 1_800 } });
  });

  const anyTasks = fc
    .array(
      fc.record({
        priority: fc.constantFrom(...priorities),
        tokens: fc.nat(100),
        cost: fc.option(fc.nat(100)),
        cheaper: fc.nat(100),
        needs: fc.array(fc.nat(20), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 20 },
    )
    .map((wishes) =>
      wishes.map(({ priority, tokens, cost, cheaper, needs }, at) =>
        task(`t${at}`, {
          priority,
          needs: [...new Set(needs)].filter((other) => other < at).map((other) => `t${other}`),
          tiers: [forecast('balanced', tokens, cost), forecast('fast', tokens, cheaper)],
        }),
      ),
    );
  const anyLimits = fc.record({ tokens: fc.option(fc.nat(1_500)), costUsd: fc.option(fc.nat(1_500)) });

  it('keeps a lawful plan within the room, whatever it is', () => {
    fc.assert(
      fc.property(anyTasks, anyLimits, (tasks, room) => {
        const { leftOut, tierLimits, need, fits } = fitToBudget(tasks, room);
        const out = new Set(leftOut);
        const kept = tasks.filter(({ task: { id } }) => !out.has(id));
        expect(kept.length).toBeGreaterThan(0);
        for (const { task: each } of kept) expect(each.dependencies.some((id) => out.has(id))).toBe(false);
        for (const id of tierLimits.keys()) expect(out.has(id)).toBe(false);
        if (fits && room.tokens !== null) expect(need.tokens).toBeLessThanOrEqual(room.tokens);
        if (fits && room.costUsd !== null) expect(need.costUsd).toBeLessThanOrEqual(room.costUsd);
        if (!fits) expect(kept).toHaveLength(1);
      }),
    );
  });

  it('ends with the largest plan, too', () => {
    const tasks = Array.from({ length: 1_000 }, (_, at) =>
      task(`t${at}`, { needs: at % 3 === 0 || at === 0 ? [] : [`t${at - 1}`] }),
    );
    expect(fitToBudget(tasks, { tokens: 30_000, costUsd: 5 }).fits).toBe(true);
  });
});
