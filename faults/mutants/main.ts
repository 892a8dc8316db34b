/** Plants bugs in private builds of Baton, and exits 1 when the fault suite does not see one of them, or sees one where none is. */
import { mutants } from './mutants.ts';
import { readArguments } from './run-arguments.ts';
import { isRight, runMutants } from './run-mutants.ts';
import { trialLines, trialTable } from './trial-table.ts';

const { only, short, lanes } = readArguments(process.argv.slice(2));
const chosen = mutants.filter(
  ({ name, quick }) => (only === null || name.includes(only)) && (!short || quick),
);
if (chosen.length === 0) throw new Error(`No mutant is called ${only}.`);

const startedAt = performance.now();
const trials = await runMutants(
  chosen,
  lanes,
  (trial) => void process.stderr.write(`${trialLines(trial)}\n`),
);
const seconds = Math.round((performance.now() - startedAt) / 1_000);
process.stdout.write(`\n${trialTable(trials)}, in ${seconds} s\n`);
process.exitCode = trials.every(isRight) ? 0 : 1;
