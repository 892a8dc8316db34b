import { describe, expect, it } from 'vitest';
import { T0 } from '../../testing/sample-goal.ts';
import { fleet, goalSummary, snapshot, usageReport, workerType } from '../../testing/sample-snapshot.ts';
import { textWidth } from '../../tree/text-width.ts';
import { topLines, type Screen, type TopView } from './top-lines.ts';

const screen: Screen = { now: T0 + 60_000, width: 100, height: 40, color: false };

function view(more: Partial<TopView> = {}): TopView {
  return {
    snapshot: snapshot(),
    server: 'http://baton.test',
    sortBy: 'load',
    costPerHour: 3.1,
    trouble: null,
    hasKeys: true,
    ...more,
  };
}

const types = [
  workerType('analyzer', { active: 1 }),
  workerType('researcher', { active: 4, waiting: 9, oldestWaitingMs: 12_300, slotsWanted: 13 }),
  workerType('coder', { workers: 0, slots: 0, waiting: 2, oldestWaitingMs: 400_000, slotsWanted: 2 }),
];

describe('the screen of baton top', () => {
  it('shows goals, money, slots, queues by what waits, and open goals with their progress', () => {
    const lines = topLines(view({ snapshot: snapshot({ stats: fleet(...types) }) }), screen);
    expect(lines[0]).toMatch(
      /^baton top {2}http:\/\/baton\.test {2}\d\d:\d\d:\d\d {2}q leaves, Tab sorts \(load\)$/,
    );
    expect(lines.slice(1)).toEqual([
      'Goals  1 running · 1 ended in the last minute, 1 failed',
      'Today  $1.50 · $3.10 an hour · 6 calls · 12k tokens in, 4.5k out',
      'Slots  █████████████░░░░░░░ 5 of 8 used · 11 more would be used',
      '',
      'QUEUE        SLOTS               WAITING  OLDEST  DELAYED  WORKERS',
      'researcher   ██████████ 4/4      9        12.3s   0        1',
      'coder        no worker takes it  2        6m40s   0        0',
      'analyzer     ███░░░░░░░ 1/4      0        -       0        1',
      '(planning)   2 active            0        -       0',
      '(synthesis)  0 active            0        -       0',
      '',
      '   STATE    TASKS       OPEN FOR  COST   ID      GOAL',
      expect.stringMatching(
        /^. {2}running {2}██░░░░ 2\/5 {2}1m00s {5}\$0\.31 {2}goal_1 {2}Plan three days in Kyoto$/,
      ),
    ]);
  });

  it.each([
    [40, 20],
    [25, 9],
    [8, 3],
    [1, 1],
  ])('keeps within %i columns and %i rows, also of wide characters', (width, height) => {
    const goal = goalSummary('goal_1', { goal: '比較 太陽能\u001b[2J 和 風能 🌬️ for a city' });
    const full = snapshot({ stats: fleet(...types), open: Array.from({ length: 30 }, () => goal) });
    const lines = topLines(view({ snapshot: full }), { ...screen, width, height });
    expect(lines.length).toBeLessThanOrEqual(height);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
    expect(lines.join('')).not.toContain('\u001b');
  });

  it('leaves room for goals below many queues, and says how many are not shown', () => {
    const many = Array.from({ length: 30 }, (_, at) => workerType(`type-${at}`));
    const open = Array.from({ length: 9 }, (_, at) => goalSummary(`goal_${at}`));
    const lines = topLines(view({ snapshot: snapshot({ stats: fleet(...many), open }) }), {
      ...screen,
      height: 24,
    });
    expect(lines).toHaveLength(24);
    expect(lines.at(-1)).toBe('  and 7 more');
    expect(lines.filter((line) => line.includes('goal_'))).toHaveLength(2);
  });

  it('fills a screen that is too low for goals with queues', () => {
    const lines = topLines(view({ snapshot: snapshot({ stats: fleet(...types) }) }), {
      ...screen,
      height: 9,
    });
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'baton',
      'Goals',
      'Today',
      'Slots',
      '',
      'QUEUE',
      'researcher',
      'coder',
      'analyzer',
    ]);
  });

  it('says that the server does not answer, since when, and keeps what was seen last', () => {
    const trouble = { reason: 'Can not reach Baton.', since: T0 + 48_000 };
    const lines = topLines(view({ trouble }), screen);
    expect(lines[1]).toBe('No answer for 12.0s, trying again: Can not reach Baton.');
    expect(lines.join('\n')).toContain('goal_1');
  });

  it('tells of a budget, of unknown prices, and of goals that wait for somebody', () => {
    const today = { day: '2026-07-01', tokens: 1, costUsd: 1.5, maxTokens: null, maxCostUsd: 20 };
    const usage = usageReport(null, { today });
    const open = [goalSummary('goal_1', { status: 'awaiting_approval' })];
    const lines = topLines(
      view({ snapshot: snapshot({ usage, open, newest: [] }), costPerHour: null }),
      screen,
    );
    expect(lines[1]).toBe('Goals  1 awaiting approval · 0 ended in the last minute');
    expect(lines[2]).toMatch(/^Today {2}\$\? of \$20\.00 · 6 calls/);
  });

  it('colours what is in need only where colours are wanted', () => {
    const stats = fleet(workerType('coder', { waiting: 2, oldestWaitingMs: 400_000 }));
    const wanted = topLines(view({ snapshot: snapshot({ stats }) }), { ...screen, color: true });
    expect(wanted.join('\n')).toContain('\u001b[31m6m40s');
  });
});
