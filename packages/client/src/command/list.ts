import type { GoalStatus } from '@baton/shared/contract/goal-status';
import type { GoalSummary } from '@baton/shared/contract/goal';
import type { GoalListQuery } from '../client.ts';
import { costText, durationText } from '../progress/quantities.ts';
import { defineCommand, noOperands, UsageError, type FlagValues } from './command.ts';
import { OK } from './exit-code.ts';
import { labelFlag, oneOf, outputFlag, readLabels, wantsJson } from './flags.ts';
import { writeJson } from './follow-goal.ts';
import { tableLines } from './table.ts';

const statuses: Readonly<Record<GoalStatus, true>> = {
  accepted: true,
  planning: true,
  awaiting_approval: true,
  running: true,
  synthesizing: true,
  succeeded: true,
  partially_succeeded: true,
  failed: true,
  cancelled: true,
  expired: true,
};

const flags = {
  status: { type: 'string', value: '<status>', help: 'only goals of this status' },
  label: labelFlag('only goals with this label'),
  limit: { type: 'string', value: '<1-100>', help: 'goals on a page; 20 unless given' },
  cursor: { type: 'string', value: '<cursor>', help: 'the page after, as the page before named it' },
  output: outputFlag,
} as const;

function queryOf(values: FlagValues<typeof flags>): GoalListQuery {
  const status = oneOf('status', values.status, statuses);
  const { limit, cursor } = values;
  if (limit !== undefined && !/^\d{1,3}$/.test(limit)) {
    throw new UsageError(`--limit is "${limit}"; it must be a whole number from 1 to 100.`);
  }
  return {
    labels: readLabels(values.label),
    ...(status !== undefined && { status }),
    ...(limit !== undefined && { limit: Number(limit) }),
    ...(cursor !== undefined && { cursor }),
  };
}

function row(
  { id, status, createdAt, finishedAt, usage, goal, simulated }: GoalSummary,
  now: number,
): string[] {
  const began = Date.parse(createdAt);
  const took = durationText((finishedAt === null ? now : Date.parse(finishedAt)) - began);
  return [
    id,
    status,
    `${durationText(now - began)} ago`,
    took,
    simulated ? 'simulated' : costText(usage.costUsd),
    goal,
  ];
}

export const list = defineCommand({
  name: 'list',
  operands: '',
  summary: 'Lists goals, newest first.',
  flags,
  prepare(values, operands) {
    noOperands(operands);
    const query = queryOf(values);
    const asJson = wantsJson(values.output);
    return async ({ client, stdout, stderr, signal, now }) => {
      const page = await client.goals.list(query, { signal });
      if (asJson) {
        writeJson(stdout, page);
        return OK;
      }
      const heading = ['ID', 'STATUS', 'CREATED', 'TOOK', 'COST', 'GOAL'];
      const rows = [heading, ...page.items.map((summary) => row(summary, now()))];
      if (page.items.length === 0) stderr.write('There are no such goals.\n');
      else stdout.write(`${tableLines(rows, stdout.columns).join('\n')}\n`);
      if (page.nextCursor !== null) stderr.write(`There are more: add --cursor ${page.nextCursor}\n`);
      return OK;
    };
  },
});
