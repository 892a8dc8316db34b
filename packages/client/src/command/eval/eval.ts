import type { NewGoalOptions } from '../../client.ts';
import type { ServerContext } from '../context.ts';
import { NOT_RIGHT, OK } from '../exit-code.ts';
import { collect, outputOption, urlOption, wholeNumber } from '../flags.ts';
import { goalOptions, withReviewFlags, type ReviewFlags } from '../goal-flags.ts';
import { writeJson, writeLines } from '../result.ts';
import { subcommand, type AddCommand } from '../subcommand.ts';
import { UsageError } from '../usage-error.ts';
import { compare } from './comparison.ts';
import { mustBeWritable, readReport, readSet, saveReport, type NamedSet } from './eval-files.ts';
import { comparisonLines, reportLines, resultLine } from './eval-lines.ts';
import { reportOf } from './eval-report.ts';
import type { EvalReport } from './eval-result.ts';
import { runSet } from './run-set.ts';

const CONCURRENCY = 2;
const MOST_AT_ONCE = 16;
/** The label of the goals of one run. */
const LABEL = 'baton-eval';

interface Flags extends ReviewFlags {
  readonly concurrency: number;
  readonly only?: readonly string[];
  readonly save?: string;
  readonly against?: string;
  readonly output: string;
}

export const evaluate: AddCommand = (parent, actions) => {
  const command = subcommand(parent, 'eval', {
    group: 'Plans',
    summary: 'run a set of goals and print scores, cost and time per version of the prompts',
    more: `The set is a JSON file: [{"name", "goal", "context", "recipe", "options", "expect": {"mentions": [], "minScore"}}], of which
name and goal are required; without one a small set of its own is run. Judges give the scores: results are reviewed, with one
revision unless the set or a flag says otherwise. Exit code 4 when a goal got no answer or one that is not as expected.
Ctrl-C leaves goals running that are on their way.`,
    examples: [
      'baton eval --save before.json',
      'baton eval --against before.json --judges 3',
      'baton eval goals.json --concurrency 4 --only launch -o json',
    ],
  }).argument('[file]', 'the set of goals; - reads stdin');
  withReviewFlags(command)
    .option('--concurrency <n>', 'goals that run at once', wholeNumber(1, MOST_AT_ONCE), CONCURRENCY)
    .option('--only <name>', 'only the goal of this name; may be repeated', collect)
    .option('--save <file>', 'keep the results, for a later --against')
    .option('--against <file>', 'compare with the results that --save kept')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer(async (context, path, flags) => {
        const { stdin, stdout, stderr } = context;
        const set = onlyOf(await readSet(path, stdin), flags.only);
        const earlier = flags.against === undefined ? null : await readReport(flags.against, stdin);
        if (flags.save !== undefined) await mustBeWritable(flags.save);
        const report = await evaluateSet(context, set, flags);
        if (flags.save !== undefined) await saveReport(flags.save, report);
        const comparison = earlier && compare(report, earlier);
        if (flags.output === 'json') writeJson(stdout, comparison ? { ...report, comparison } : report);
        else {
          writeLines(stdout, reportLines(report, stdout.columns));
          if (comparison) writeLines(stdout, ['', ...comparisonLines(comparison, stdout.columns)]);
        }
        if (report.simulated) {
          stderr.write('Answers and scores are simulated: an emulator gave them, not a model.\n');
        }
        return report.goals.some(({ failures }) => failures.length > 0) ? NOT_RIGHT : OK;
      }),
    );
};

function onlyOf({ name, goals }: NamedSet, names: readonly string[] | undefined): NamedSet {
  if (names === undefined) return { name, goals };
  const unknown = names.find((wanted) => !goals.some((goal) => goal.name === wanted));
  if (unknown !== undefined) {
    const known = goals.map((goal) => goal.name).join(', ');
    throw new UsageError(`--only names "${unknown}", which is not in the set: it has ${known}.`);
  }
  return { name, goals: goals.filter((goal) => names.includes(goal.name)) };
}

async function evaluateSet(context: ServerContext, set: NamedSet, flags: Flags): Promise<EvalReport> {
  const { client, signal, stderr, now } = context;
  const at = new Date(now()).toISOString();
  const options: NewGoalOptions = goalOptions(flags);
  let done = 0;
  try {
    const results = await runSet(client.goals, set.goals, {
      concurrency: flags.concurrency,
      options,
      labels: { [LABEL]: at },
      signal,
      onResult: (result) => {
        done += 1;
        stderr.write(`${resultLine(result, done, set.goals.length)}\n`);
      },
    });
    return reportOf(set.name, at, results);
  } catch (error) {
    stderr.write(`Goals that are on their way go on: baton list --label ${LABEL}=${at}\n`);
    throw error;
  }
}
