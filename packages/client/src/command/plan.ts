import type { DryRun, ForecastOptions, PlanCheck } from '../contract/plan.ts';
import { usageText } from '../progress/quantities.ts';
import { oneLine } from '../tree/text-width.ts';
import { wrapText } from '../tree/wrap-text.ts';
import type { ServerContext } from './context.ts';
import { OK, USAGE } from './exit-code.ts';
import { outputOption, urlOption } from './flags.ts';
import { readContext, readPlan } from './given-file.ts';
import { forecastLines } from './forecast-lines.ts';
import { planDocument, planLines } from './plan-lines.ts';
import { planningOptions, withPlanningFlags, type PlanningFlags } from './planning-flags.ts';
import { writeJson, writeLines, writeText } from './result.ts';
import { spendingOptions, withSpendingFlags, type SpendingFlags } from './spending-flags.ts';
import { subcommand, type AddCommand } from './subcommand.ts';
import { UsageError } from './usage-error.ts';

interface Flags extends PlanningFlags, SpendingFlags {
  readonly context?: string;
  readonly recipe?: string;
  readonly check?: string;
  readonly output: 'text' | 'json';
}

export const plan: AddCommand = (parent, actions) => {
  const command = subcommand(parent, 'plan', {
    group: 'Plans',
    summary: 'make the plan of a goal without running it, or check a plan of your own',
    more: `Calls the model, keeps nothing, and tells what running the plan would take, and with a budget what would
be left out. As JSON it is a plan that baton run --plan takes.
With --check no model is called; exit code 2 when the plan breaks a law.`,
    examples: [
      'baton plan "Compare three laptops for students"',
      'baton plan "Compare three laptops for students" -o json > plan.json',
      'baton plan --check plan.json --worker-type researcher',
    ],
  }).argument('[goal...]', 'what is to be achieved');
  const planned = withPlanningFlags(command)
    .option(
      '--context <text|@file>',
      'material for the goal; a .json file that holds an object is sent as one',
    )
    .option('--recipe <name>', 'a preset for this kind of goal: see baton recipes')
    .option('--check <file>', 'check this plan in place of making one; - reads stdin');
  withSpendingFlags(planned)
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      actions.onServer((context, words, flags) => {
        const goal = words.join(' ').trim();
        if (flags.check !== undefined) return checkPlan(context, goal, flags.check, flags);
        if (goal === '') throw new UsageError('Say what is to be achieved, or name a plan with --check.');
        return dryRun(context, goal, flags);
      }),
    );
};

async function dryRun(context: ServerContext, goal: string, flags: Flags): Promise<number> {
  const { client, signal, stdin, stdout } = context;
  const options = { ...planningOptions(flags), ...forecastOptions(flags) };
  const made = await client.plans.create(
    {
      goal,
      ...(flags.context !== undefined && { context: await readContext(flags.context, stdin) }),
      ...(flags.recipe !== undefined && { recipe: flags.recipe }),
      ...(Object.keys(options).length > 0 && { options }),
    },
    { signal },
  );
  if (flags.output === 'json') writeJson(stdout, planDocument(made));
  else writeDryRun(context, made);
  writeFacts(context, made);
  return OK;
}

/** Of what a goal may be given, what changes a forecast. */
function forecastOptions(flags: SpendingFlags): ForecastOptions {
  const { budget, taskBudget, latency } = spendingOptions(flags);
  return { ...(budget && { budget }), ...(taskBudget && { taskBudget }), ...(latency && { latency }) };
}

function writeDryRun({ stdout }: ServerContext, { mode, analysis, tasks, answer }: DryRun): void {
  if (mode === 'direct') {
    writeText(stdout, answer ?? '');
    return;
  }
  if (analysis !== '') {
    const { columns } = stdout;
    if (Number.isFinite(columns))
      writeLines(
        stdout,
        analysis
          .trim()
          .split('\n')
          .flatMap((line) => wrapText(line, columns)),
      );
    else writeText(stdout, analysis);
    stdout.write('\n');
  }
  writeLines(stdout, planLines(tasks, stdout.columns));
}

function writeFacts({ stderr }: ServerContext, { mode, simulated, usage, forecast }: DryRun): void {
  if (forecast) writeLines(stderr, forecastLines(forecast));
  if (mode === 'direct') stderr.write('This goal needs no plan: it would be answered at once.\n');
  stderr.write(`${usageText(usage)}. Nothing runs.\n`);
  if (simulated) stderr.write('This plan is simulated: an emulator made it, not a model.\n');
}

async function checkPlan(context: ServerContext, goal: string, path: string, flags: Flags): Promise<number> {
  const { client, signal, stdin, stdout } = context;
  if (goal !== '' || flags.context !== undefined || flags.recipe !== undefined) {
    throw new UsageError('--check takes a plan only: no goal, no --context and no --recipe.');
  }
  const checked = await client.plans.validate(
    await readPlan('--check', path, stdin),
    planningOptions(flags),
    {
      signal,
    },
  );
  if (flags.output === 'json') writeJson(stdout, checked);
  else writeVerdict(context, checked);
  return checked.valid ? OK : USAGE;
}

function writeVerdict({ stdout, stderr }: ServerContext, { valid, violations }: PlanCheck): void {
  if (valid) {
    stdout.write('The plan is valid.\n');
    return;
  }
  stderr.write('The plan is not valid:\n');
  for (const { path, message } of violations) {
    stderr.write(`  ${oneLine(path === '' ? message : `${path}: ${message}`)}\n`);
  }
}
