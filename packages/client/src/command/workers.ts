import { defineCommand, noOperands } from './command.ts';
import { OK } from './exit-code.ts';
import { outputFlag, wantsJson } from './flags.ts';
import { writeJson } from './follow-goal.ts';
import { tableLines } from './table.ts';

export const workers = defineCommand({
  name: 'workers',
  operands: '',
  summary:
    'Lists the worker types that tasks may name, and how many worker processes and slots take them now.',
  flags: { output: outputFlag },
  prepare(values, operands) {
    noOperands(operands);
    const asJson = wantsJson(values.output);
    return async ({ client, stdout, signal }) => {
      const items = await client.workerTypes.list({ signal });
      if (asJson) {
        writeJson(stdout, { items });
        return OK;
      }
      const rows = items.map(({ type, workers: live, slots, tier, description }) => [
        type,
        String(live),
        String(slots),
        tier,
        description,
      ]);
      const heading = ['TYPE', 'WORKERS', 'SLOTS', 'TIER', 'DESCRIPTION'];
      stdout.write(`${tableLines([heading, ...rows], stdout.columns).join('\n')}\n`);
      return OK;
    };
  },
});
